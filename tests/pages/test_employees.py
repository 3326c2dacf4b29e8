import datetime as dt
import re

import pytest

from apps.reimbursement.models import Statement
from apps.tenants.bridge import run_in_tenant
from tests.pages import people
from tests.pages.story import NOVEMBER, T0, at, close, october, tell, text_of
from tests.parties.finance import pay

pytestmark = pytest.mark.usefixtures("bare")
LATER = NOVEMBER + dt.timedelta(days=5)
LINE = "/my/statements/VS-2026-10-0001/lines/1/"


def test_before_the_close_the_amount_is_provisional_and_unknown_is_a_word():
    story = tell()
    october(story)
    with at():
        text = text_of(story.bas.client.get("/my/", follow=True))
    assert '<span class="lb-provisional">€ 30,79</span>' in text
    assert "1 sessie heeft nog geen bedrag en telt niet mee." in text
    assert "onbekend" in text
    assert "lb-final" not in text


def test_after_the_close_the_amount_is_the_statement_s():
    story = tell()
    october(story)
    close("beta")
    with at(LATER):
        text = text_of(story.bas.client.get("/my/", follow=True))
    amount = run_in_tenant("beta", lambda: Statement.objects.get().amount)
    shown = f"€ {amount}".replace(".", ",")
    assert f'<span class="lb-final">{shown}</span>' in text
    assert "Nog niet op een staat" in text


def test_a_month_that_is_over_and_open_is_where_the_employee_lands():
    story = tell()
    pay(story.house, at=T0 - dt.timedelta(days=20))
    close("beta", dt.date(2026, 9, 1), now=T0 + dt.timedelta(days=1))
    pay(story.house, at=T0, wh=27_648, hours=4)
    pay(story.house, at=NOVEMBER, wh=20_000)
    with at(NOVEMBER + dt.timedelta(days=1)):
        assert story.bas.get("/my/").url == "/my/months/2026-10/"
        home = text_of(story.bas.get("/my/months/2026-10/"))
        september = text_of(story.bas.get("/my/months/2026-09/"))
    assert "€ 8,29" in home
    assert "November tot nu toe" in home
    for words in ("November tot nu toe", "Oktober, nog niet op een staat", "€ 8,29", "€ 6,00"):
        assert words in september, words


def test_every_line_leads_to_its_own_why():
    story = tell()
    october(story)
    close("beta")
    with at(LATER):
        month = text_of(story.bas.get("/my/months/2026-10/"))
        paths = set(re.findall(r'href="(/my/(?:statements/[\w-]+/lines|sessions)/\d+/)"', month))
        assert len(paths) == 5
        for path in paths:
            text = text_of(story.bas.get(path))
            assert "Je auto laadde" in text
            assert "Alle gegevens van deze sessie" in text


def test_an_open_session_says_why_there_is_no_amount_yet():
    story = tell()
    october(story)
    with at():
        month = text_of(story.bas.get("/my/months/2026-10/"))
        paths = re.findall(r'href="(/my/sessions/\d+/)"', month)
        texts = [text_of(story.bas.get(path)) for path in paths]
    assert any("Waarom nog geen bedrag?" in text for text in texts)
    assert any("Je werkgever beoordeelt het bedrag." in text for text in texts)


def test_a_colleague_reads_nothing_of_it_and_gets_the_404_of_what_is_not_there():
    story = tell("Bas Terpstra-QXZW")
    october(story)
    close("beta")
    eva = people.make("employee", "beta")
    with at(LATER):
        text = text_of(eva.client.get("/my/", follow=True))
        assert "Nog geen laadsessies" in text
        assert "QXZW" not in text
        own = text_of(story.bas.get("/my/months/2026-10/"))
        session = re.findall(r"/my/sessions/\d+/", own)[0]
        for path in (
            LINE,
            f"{LINE}record.json",
            session,
            "/my/statements/VS-2026-10-0001/pdf/download/",
            "/my/statements/VS-2026-10-0001/csv/download/",
        ):
            assert eva.get(path).status_code == 404, path


def test_finance_without_the_role_of_employee_is_sent_away():
    story = tell()
    pay(story.house, at=T0)
    assert story.carla.get("/my/").status_code == 403


def test_english_comes_with_english_numbers():
    story = tell()
    october(story)
    with at():
        answer = story.bas.client.get("/my/months/2026-10/", headers={"accept-language": "en"})
    text = text_of(answer)
    assert "€30.79" in text
    assert "Your reimbursement, provisional" in text
