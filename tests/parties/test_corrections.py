"""Credits and corrections: the old line is taken back as it was, in any order of arrival."""

import datetime as dt

import pytest

from apps.cdrs import operations as cdrs
from apps.cdrs.models import IssuedCdr, ReceivedCdr
from apps.core import binding
from apps.reimbursement import operations
from apps.reimbursement.models import (
    StatementLine,
)
from apps.sessions.models import Session
from apps.tenants.bridge import run_in_tenant
from apps.tenants.models import RegisterClaim
from tests.parties.finance import (
    D,
    exceptions,
    lines,
    pay,
)
from tests.parties.house import HIS, NOV, NOVEMBER, T0, close, deliver, settle


def test_a_correction_takes_the_old_line_back_as_it_was(house):
    session_id = pay(house)
    close("beta")

    def change():
        Session.objects.filter(pk=session_id).update(register_stop_wh=9000)
        cdrs.correct_session(session_id=session_id, now=NOVEMBER, reason="Dubbel gemeld")

    run_in_tenant("alfa", change)
    run_in_tenant(
        "beta",
        operations.add_rate,
        agreement_id=house.agreements["beta"],
        valid_from=dt.date(2026, 11, 1),
        rate_eur_per_kwh=D("0.99"),
        now=NOVEMBER,
    )
    assert deliver() == 2
    closed = close("beta", NOV)
    assert sorted(lines(NOV)) == [("credit", D("-3.00")), ("late", D("2.40"))]
    assert closed.amount == D("-0.60")
    first = run_in_tenant(
        "beta",
        lambda: [
            (line.corrects.statement.number, line.corrects.position, line.cdr.body["reason"])
            for line in StatementLine.objects.filter(kind="credit")
            if line.corrects
        ],
    )
    assert first == [("VS-2026-10-0001", 1, "Dubbel gemeld")]


def test_a_correction_takes_back_wage_as_wage(house):
    run_in_tenant(
        "beta",
        operations.add_rate,
        agreement_id=house.agreements["beta"],
        valid_from=dt.date(2026, 10, 15),
        rate_eur_per_kwh=D("0.30"),
        untaxed_up_to=D("0.25"),
        now=NOVEMBER,
    )
    session_id = pay(house, at=T0 + dt.timedelta(days=20))
    close("beta")
    run_in_tenant("alfa", cdrs.correct_session, session_id=session_id, now=NOVEMBER)
    deliver()
    close("beta", NOV)

    def shares(kind):
        rows = StatementLine.objects.filter(kind=kind)
        return [*rows.values_list("amount", "untaxed_amount", "taxable_amount")]

    paid = (D("3.00"), D("2.50"), D("0.50"))
    assert run_in_tenant("beta", shares, "regular") == [paid]
    assert run_in_tenant("beta", shares, "credit") == [tuple(-share for share in paid)]


@pytest.mark.parametrize("order", [(0, 1, 2), (1, 2, 0), (2, 1, 0)])
def test_the_order_in_which_corrections_arrive_changes_nothing(house, order):
    session_id = house.charge(HIS)
    settle()
    run_in_tenant("alfa", cdrs.correct_session, session_id=session_id, now=NOVEMBER)
    bodies = run_in_tenant("alfa", lambda: [row.body for row in IssuedCdr.objects.order_by("pk")])
    for n in order:
        run_in_tenant("beta", cdrs.receive_cdr, body=bodies[n], now=NOVEMBER)
    closed = close("beta")
    assert (closed.amount, closed.exceptions) == (D("3.00"), 0)
    assert sorted(lines()) == [
        ("annulled", D("0.00")),
        ("annulled", D("0.00")),
        ("regular", D("3.00")),
    ]


def test_a_credit_without_its_original_waits_and_pays_nothing(house):
    session_id = house.charge(HIS)
    settle()
    run_in_tenant("alfa", cdrs.correct_session, session_id=session_id, now=NOVEMBER)
    bodies = run_in_tenant("alfa", lambda: [row.body for row in IssuedCdr.objects.order_by("pk")])
    run_in_tenant("beta", cdrs.receive_cdr, body=bodies[1], now=NOVEMBER)
    assert close("beta").statements == 0
    assert exceptions() == ["credit_without_original"]
    for n in (0, 2):
        run_in_tenant("beta", cdrs.receive_cdr, body=bodies[n], now=NOVEMBER)
    assert close("beta", NOV).amount == D("3.00")
    assert exceptions() == []


def test_pairs_that_cancel_out_make_no_statement_of_their_own(house):
    session_id = house.charge(HIS)
    settle()
    run_in_tenant("alfa", cdrs.correct_session, session_id=session_id, now=NOVEMBER)
    bodies = run_in_tenant("alfa", lambda: [row.body for row in IssuedCdr.objects.order_by("pk")])
    for n in (0, 1):
        run_in_tenant("beta", cdrs.receive_cdr, body=bodies[n], now=NOVEMBER)
    assert (close("beta").statements, exceptions()) == (0, [])


def test_a_stretch_of_a_register_is_settled_once_over_all_tenants(house):
    pay(house)
    body = run_in_tenant("beta", lambda: ReceivedCdr.objects.get().body)
    twin = {**body, "id": "twin", "link": str(house.links["gamma"])}
    run_in_tenant("gamma", cdrs.receive_cdr, body=twin, now=NOVEMBER)
    assert close("beta").amount == D("3.00")
    theirs = close("gamma")
    assert (theirs.statements, theirs.exceptions) == (0, 1)
    assert exceptions("gamma") == ["register_already_settled"]
    credit = {**body, "id": body["id"] + "-C", "credit_of": body["id"]}
    run_in_tenant("beta", cdrs.receive_cdr, body=credit, now=NOVEMBER)
    assert close("gamma", NOV).amount == D("2.50")
    assert exceptions("gamma") == []
    with binding.bound("public"):
        assert RegisterClaim.objects.filter(released_at=None).count() == 1
