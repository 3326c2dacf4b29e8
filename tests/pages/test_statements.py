import datetime as dt
import json
from decimal import Decimal

import pytest

from apps.cdrs import operations as cdrs
from apps.reimbursement import operations
from apps.reimbursement.models import Statement, StatementLine
from apps.tenants.bridge import run_in_tenant
from tests.exports.months import READ
from tests.pages import people
from tests.pages.story import (
    HIS,
    NIGHT,
    NOVEMBER,
    SCRIPT,
    T0,
    at,
    close,
    deliver,
    settle,
    tell,
    text_of,
)
from tests.parties.finance import pay
from tests.parties.house import list_sessions

pytestmark = pytest.mark.usefixtures("bare")
NUMBER = "VS-2026-10-0001"
PAGE = f"/finance/statements/{NUMBER}/"
LATER = NOVEMBER + dt.timedelta(days=5)


@pytest.fixture
def split(bare):
    """A night whose rate changes at midnight, in a closed October."""
    story = tell(f"Bas {SCRIPT}")
    run_in_tenant(
        "beta",
        operations.add_rate,
        agreement_id=story.house.agreements["beta"],
        valid_from=dt.date(2026, 10, 15),
        rate_eur_per_kwh=Decimal("0.295"),
        source="leverancierscontract",
        now=T0,
    )
    story.house.charge(HIS, NIGHT, 27_648, hours=7.5, readings=READ)
    settle()
    deliver()
    pay(story.house, at=T0)
    close("beta")
    return story


def cents():
    return run_in_tenant(
        "beta",
        lambda: list(StatementLine.objects.order_by("position").values_list("amount", flat=True)),
    )


def euro(amount):
    return f"€ {amount}".replace(".", ",")


def test_every_amount_on_the_page_is_the_cents_of_its_line(split):
    with at(LATER):
        text = text_of(split.carla.get(PAGE))
    total = run_in_tenant("beta", lambda: Statement.objects.get().amount)
    assert sum(cents()) == total
    for amount in cents():
        assert f">{euro(amount)}</a>" in text
    assert f'<span class="lb-final">{euro(total)}</span>' in text


def test_a_name_is_shown_as_text(split):
    with at(LATER):
        for path in (PAGE, "/finance/statements/", f"{PAGE}lines/1/", "/finance/agreements/"):
            text = text_of(split.carla.get(path))
            assert SCRIPT not in text, path
            assert "&lt;script&gt;" in text, path


def test_why_goes_from_the_amount_to_the_frames_that_the_record_carries(split):
    with at(LATER):
        text = text_of(split.carla.get(f"{PAGE}lines/2/"))
    assert f"Waarom {euro(cents()[1])}?" in text
    order = ["Het bedrag", "Geprijsde delen", "Tariefversie", "Meterstanden", "Bewijs van de meter"]
    places = [text.index(f">{word}<") for word in [*order, "Berichten van de paal"]]
    assert places == sorted(places)
    for word in ("€ 0,30000", "€ 0,29500", "leverancierscontract", "M-77", "CE M24 0122"):
        assert word in text
    assert text.count("Nagerekend: dit bericht geeft nog precies zijn eigen hash.") == 2
    assert "StartTransaction" in text
    assert "StopTransaction" in text


def test_no_card_number_and_no_street_is_on_any_page_of_finance(split):
    with at(LATER):
        for path in (PAGE, f"{PAGE}lines/2/", f"{PAGE}lines/2/record.json"):
            text = text_of(split.carla.get(path))
            assert HIS.casefold() not in text.casefold()
            assert "Dorpsstraat" not in text


def test_the_record_is_handed_out_as_it_was_received(split):
    with at(LATER):
        answer = split.carla.get(f"{PAGE}lines/1/record.json")
    body = json.loads(answer.content)
    assert body["v"] == 1
    assert {"payload", "hash", "prev", "seq"} <= set(body["frames"]["begin"])


def test_a_correction_links_both_ways(bare):
    story = tell()
    september = dt.datetime(2026, 9, 12, 12, tzinfo=dt.UTC)
    pay(story.house, at=september)
    close("beta", dt.date(2026, 9, 1), now=dt.datetime(2026, 10, 2, 9, tzinfo=dt.UTC))
    run_in_tenant(
        "alfa",
        cdrs.correct_session,
        session_id=list_sessions()[0],
        now=NOVEMBER,
        reason="Dezelfde sessie twee keer gemeld",
    )
    deliver()
    close("beta")
    with at(LATER):
        new = text_of(story.carla.get(PAGE))
        old = text_of(story.carla.get("/finance/statements/VS-2026-09-0001/"))
    assert "correctie op VS-2026-09-0001, regel 1" in new
    assert "Dezelfde sessie twee keer gemeld" in new
    assert f"teruggedraaid op {NUMBER}" in old


def test_the_list_tells_never_had_from_filtered_away(bare):
    story = tell()
    assert "Nog geen vergoedingsstaten" in text_of(story.carla.get("/finance/statements/"))
    pay(story.house, at=T0)
    close("beta")
    assert NUMBER in text_of(story.carla.get("/finance/statements/?month=2026-10"))
    gone = text_of(story.carla.get("/finance/statements/?q=niemand"))
    assert "Geen staten met deze filters" in gone
    assert text_of(story.carla.get("/finance/statements/?month=x&page=zz"))


@pytest.mark.parametrize(
    "path", ["lines/99/", "lines/99/record.json", "exe/download/", "pdfx/download/"]
)
def test_what_is_not_there_is_a_404(split, path):
    assert split.carla.get(PAGE + path).status_code == 404


def test_an_employee_does_not_enter_the_pages_of_finance(split):
    for path in (PAGE, f"{PAGE}lines/1/", f"{PAGE}lines/1/record.json", f"{PAGE}pdf/download/"):
        assert split.bas.get(path).status_code == 403
        assert people.make("finance", "gamma").get(path).status_code == 404


@pytest.mark.parametrize("kind", ["pdf", "csv"])
def test_a_download_gives_the_kept_bytes_to_finance_and_to_the_employee(split, kind):
    def keep():
        row = Statement.objects.get()
        return operations.keep_document(
            statement_id=row.pk, kind=kind, body=b"kept \x00 bytes", now=LATER
        )

    run_in_tenant("beta", keep)
    for person, path in (
        (split.carla, f"{PAGE}{kind}/download/"),
        (split.bas, f"/my/statements/{NUMBER}/{kind}/download/"),
    ):
        answer = person.get(path)
        assert answer.status_code == 200
        assert answer.content == b"kept \x00 bytes"
        assert f'filename="{NUMBER}.{kind}"' in answer["Content-Disposition"]
