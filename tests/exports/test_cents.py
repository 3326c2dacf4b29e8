"""The lines sum to one total in four places: the database, the API, the CSV and the PDF."""

import csv
import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal

import pytest
from django.db import transaction
from hypothesis import HealthCheck, example, given, settings, strategies as st

from apps.reimbursement import operations
from apps.reimbursement.models import Statement, StatementLine
from apps.tenants.bridge import run_in_tenant
from tests.api.conftest import Api, make_token
from tests.exports import months
from tests.exports.pdf import Pdf
from tests.parties.house import HIS, OCT, T0, build, close, deliver, settle

NIGHT = dt.datetime(2026, 10, 14, 20, tzinfo=dt.UTC)  # midnight of the 15th is two hours on
ZERO = Decimal(0)
rates = st.decimals("0.00001", "2", places=5)
charges = st.lists(
    st.tuples(st.booleans(), st.integers(6, 600), st.integers(10, 10_000)), min_size=1, max_size=6
)


def in_database(number: str) -> list[Decimal]:
    """Return the amount of each line, and the total."""

    def read():
        rows = StatementLine.objects.filter(statement__number=number).order_by("position")
        amounts = list(rows.values_list("amount", flat=True))
        return [*amounts, Statement.objects.get(number=number).amount]

    return run_in_tenant("beta", read)


def in_api(client, number: str) -> list[Decimal]:
    api = Api(client, "beta.localhost", make_token("beta", "finance"))
    found = api.get(f"/statements/{number}").json()["data"]
    assert isinstance(found["amount"], str)
    return [*(Decimal(row["amount"]) for row in found["lines"]), Decimal(found["amount"])]


def in_csv(number: str) -> list[Decimal]:
    """Return the amounts as a program reads them; the total is its own sum."""
    text = months.document("csv", number).decode("utf-8-sig")
    amounts = [
        Decimal(row["amount_eur"]) for row in csv.DictReader(text.splitlines(), delimiter=";")
    ]
    return [*amounts, sum(amounts, ZERO)]


def in_pdf(number: str) -> list[Decimal]:
    rows = Pdf(months.document("pdf", number)).rows()
    lines = [row[-1] for row in rows if row[0].isdigit()]
    (total,) = (row[-1] for row in rows if row[1] == "Vergoeding")
    return [plain(text) for text in (*lines, total)]


def plain(text: str) -> Decimal:
    """Read a Dutch number."""
    return Decimal(text.translate(str.maketrans(",\u2212", ".-", ".")))


def assert_one_amount(client, number: str) -> None:
    found = in_database(number)
    assert sum(found[:-1], ZERO) == found[-1]
    assert in_api(client, number) == in_csv(number) == in_pdf(number) == found


@contextmanager
def undone() -> Iterator[None]:
    """Take everything of the block back: one example must not see another's."""
    before = transaction.savepoint()
    try:
        yield
    finally:
        transaction.savepoint_rollback(before)


def test_the_four_places_agree_on_every_kind_of_line(month, client):
    for number in months.numbers():
        assert_one_amount(client, number)


@pytest.mark.slow
@settings(
    max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(rate=rates, charged=charges)
@example(rate=Decimal("0.00001"), charged=[(True, 246, 9029)])  # glyphs named ( and )
def test_the_four_places_agree_whatever_was_charged(db, client, rate, charged):
    """Some sessions lie across the midnight at which the rate changes."""
    with undone():
        house = build()
        run_in_tenant(
            "beta",
            operations.add_rate,
            agreement_id=house.agreements["beta"],
            valid_from=dt.date(2026, 10, 15),
            rate_eur_per_kwh=rate,
            untaxed_up_to=Decimal("0.25"),
            source="x",
            now=T0,
        )
        at = T0
        for is_night, minutes, watts in charged:
            begin = NIGHT if is_night and at < NIGHT else at + dt.timedelta(days=1)
            wh = watts * minutes // 60
            read = ((2.0, wh * 120 // minutes),) if begin == NIGHT and minutes > 120 else ()
            house.charge(HIS, begin, wh, hours=minutes / 60, readings=read)  # at that midnight
            at = begin + dt.timedelta(hours=10)
        settle()
        deliver()
        close("beta", OCT)
        assert_one_amount(client, months.NUMBER)
