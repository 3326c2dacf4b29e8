"""What people read: commas, capitals, roles, and what to do when something is refused."""

import datetime as dt
import json
import re

from django import forms
from django.test import Client

from apps.dashboard.entrance.forms import LoginForm, OwnPasswordForm
from apps.dashboard.finance import exceptions, forms as finance
from apps.dashboard.installers import forms as installers
from apps.dashboard.owners import forms as owners
from tests.pages import people
from tests.pages.estate import make_session, make_station
from tests.pages.story import T0, at, close, october, tell, text_of
from tests.parties.finance import pay


def read(answer):
    """Return the text of a page's content as a person reads it."""
    body = re.sub(r"<(script|style).*?</\1>", " ", text_of(answer), flags=re.DOTALL)
    return " ".join(re.sub(r"<[^>]+>", "", body).split())


def test_no_space_stands_before_a_comma(alfa):
    station = make_station("KOMMA-1")
    person = people.make("installer")
    running = make_session(station, ended=False, register_start_wh=14_700_000)
    for session in (make_session(station), running):
        text = read(person.get(f"/sessions/{session.uid}/"))
        assert ", pas ••••2091" in text
        assert " ," not in text


def test_no_space_stands_before_a_comma_of_finance(bare):
    story = tell()
    text = read(story.carla.get(f"/finance/agreements/{story.house.agreements['beta']}/"))
    assert "vanaf do 1 jan, betaalt zonder beoordeling" in text
    assert " ," not in text


def test_a_card_looks_the_same_to_finance_and_to_the_employee(bare):
    story = tell()
    october(story)
    close("beta")
    with at(T0 + dt.timedelta(days=40)):
        for person, path in ((story.carla, "/finance"), (story.bas, "/my")):
            text = read(person.get(f"{path}/statements/VS-2026-10-0001/lines/1/"))
            assert "••••QWZX" in text, path
            assert "••••qwzx" not in text, path


def test_a_missing_field_is_named():
    house = [
        form.base_fields
        for module in (exceptions, finance, installers, owners)
        for form in vars(module).values()
        if isinstance(form, type) and issubclass(form, forms.Form)
    ]
    own = [LoginForm().fields, OwnPasswordForm(user=None, address="").fields]
    usual = forms.Field.default_error_messages["required"]
    nameless = [
        name
        for fields in [*house, *own]
        for name, field in fields.items()
        if field.required and field.error_messages["required"] == usual
    ]
    assert nameless == []


def test_what_is_said_after_an_act_begins_with_a_capital(bare):
    story = tell()
    pay(story.house)
    with at():
        answer = story.carla.post("/finance/months/2026-10/close/", follow=True)
    assert "Oktober 2026 wordt gesloten." in read(answer)


def test_an_employee_on_a_page_of_finance_reads_where_to_go(bare):
    story = tell()
    answer = story.bas.get("/finance/")
    assert answer.status_code == 403
    text = answer.content.decode()
    for words in (
        "Deze pagina is van de financiële administratie",
        "Je bent hier medewerker.",
        "Wat je zelf terugkrijgt, staat bij Mijn maand.",
        "om de rol financiën",
        "Naar Mijn maand",
    ):
        assert words in text, words
    assert 'href="/my/"' in text
    assert "locatie" not in text  # its owner has no say over an employer's books


def test_roles_have_the_words_of_people(bare, settings, tmp_path):
    tell()
    person = {"tenant": "alfa", "name": "Dirk", "role": "site_owner", "login": "d", "password": "p"}
    settings.DEMO_FILE = tmp_path / "demo.json"
    settings.DEMO_FILE.write_text(json.dumps({"people": [person]}))
    text = read(Client(HTTP_HOST="localhost").get("/"))
    assert "eigenaar van een locatie" in text
    assert "site_owner" not in text
