"""Closed means closed (trust.md row 36): refused by the operation and by the database."""

import datetime as dt

import pytest
from django.db import IntegrityError, connection, transaction

from apps.core import binding
from apps.core.refused import Refused
from apps.reimbursement import operations
from apps.reimbursement.models import (
    MonthClose,
    NumberSeries,
    Statement,
)
from apps.tenants.bridge import run_in_tenant
from tests.parties.finance import (
    DAY,
    D,
    cdr_pk,
    lines,
    pay,
)
from tests.parties.house import DEC, NOV, NOVEMBER, OCT, T0, close


def in_beta(statement, *values):
    with binding.bound("beta"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement, values)


COPY = (
    "INSERT INTO reimbursement_statement (number, agreement_id, month, issued_at, currency, "
    "energy_wh, amount, untaxed_amount, taxable_amount, facts) SELECT 'VS-X', agreement_id, %s, "
    "issued_at, currency, 0, 0, 0, 0, facts FROM reimbursement_statement LIMIT 1"
)
LINE = (
    "INSERT INTO reimbursement_statementline (statement_id, position, cdr_id, link_uid, kind, "
    "grade, reasons, energy_wh, amount, untaxed_amount, taxable_amount, parts) SELECT "
    "statement_id, 9, %s, link_uid, kind, grade, reasons, 0, 0, 0, 0, parts "
    "FROM reimbursement_statementline LIMIT 1"
)


@pytest.mark.parametrize(
    ("statement", "values"),
    [
        (COPY, [OCT]),
        (COPY, [DEC]),  # a month that nobody closes
        (LINE, ["late"]),
        ("UPDATE reimbursement_monthclose SET state = 'running'", []),
        ("UPDATE reimbursement_monthclose SET month = '2026-12-01'", []),
        ("DELETE FROM reimbursement_monthclose", []),
    ],
)
def test_the_database_refuses_a_posting_into_a_closed_month_and_its_reopening(
    house, statement, values
):
    pay(house)
    close("beta")
    pay(house, at=T0 + DAY)
    given = [cdr_pk(1) if value == "late" else value for value in values]
    with pytest.raises(IntegrityError, match="month_closed"):
        in_beta(statement, *given)
    assert len(lines()) == 1


def test_a_running_close_keeps_its_month_and_may_be_given_up(house):
    run_in_tenant("beta", operations.request_close, month=OCT, now=NOVEMBER)
    with pytest.raises(IntegrityError, match="keeps its month"):
        in_beta("UPDATE reimbursement_monthclose SET month = '2026-12-01'")
    in_beta("DELETE FROM reimbursement_monthclose")
    assert run_in_tenant("beta", MonthClose.objects.count) == 0


def test_the_lines_of_a_statement_sum_to_it_or_nothing_is_committed(house):
    pay(house)
    close("beta")
    pay(house, at=T0 + 40 * DAY)
    run_in_tenant("beta", operations.request_close, month=NOV, now=NOVEMBER + 60 * DAY)
    in_beta("UPDATE reimbursement_monthclose SET state = 'running' WHERE month = '2026-11-01'")
    wrong = COPY.replace("0, 0, 0, 0, facts", "1, 5, 5, 0, facts")
    with pytest.raises(IntegrityError, match="statement_sum"):
        in_beta(f"{wrong}; SET CONSTRAINTS ALL IMMEDIATE".replace("%s", "'2026-11-01'"))


@pytest.mark.parametrize("date", [dt.date(2026, 10, 31), dt.date(2026, 9, 1)])
def test_no_rate_or_end_reaches_into_a_closed_month(house, date):
    pay(house)
    close("beta")
    given = {"agreement_id": house.agreements["beta"]}
    with pytest.raises(Refused) as caught:
        run_in_tenant(
            "beta",
            operations.add_rate,
            valid_from=date,
            rate_eur_per_kwh=D("0.9"),
            now=NOVEMBER,
            **given,
        )
    assert caught.value.reason == "month_closed"
    with pytest.raises(Refused) as caught:
        run_in_tenant("beta", operations.end_agreement, until=date, **given)
    assert caught.value.reason == "month_closed"


def test_a_statement_keeps_the_names_and_rates_of_its_day(house):
    pay(house)
    close("beta")
    facts = run_in_tenant("beta", lambda: Statement.objects.get().facts)
    assert facts["employee"]["name"] == "johannes.wqzzx"
    assert facts["payer"]["name"] == "Beta"
    assert [rate["rate"] for rate in facts["rates"]] == ["0.30000"]
    assert facts["meters"][0]["serial"] == "M-77"
    assert run_in_tenant("beta", lambda: NumberSeries.objects.get().last) == 1
