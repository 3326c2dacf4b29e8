"""What money pages read: the month, the employee's month, and why."""

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest

from apps.cdrs.models import ReceivedCdr
from apps.cdrs.queries import list_undelivered
from apps.core.refused import NotFound
from apps.reimbursement import operations, queries
from apps.stations.models import JournalRow
from apps.tenants.bridge import run_in_tenant
from tests.parties.finance import CARLA, DAY, cdr_pk, decide, doubtful, pay
from tests.parties.house import HER, HIM, HIS, NOV, NOVEMBER, OCT, T0, close, settle

D = Decimal


def overview(month=OCT, now=NOVEMBER):
    return run_in_tenant("beta", queries.get_month, month=month, now=now)


@pytest.fixture
def mixed(house):
    """A month with something in each lane: ready, for review, blocked."""
    pay(house)
    doubtful(house, at=T0 + DAY)
    pay(house, at=T0 + 2 * DAY, wh=-500)
    return house


def test_an_open_month_shows_three_lanes_and_no_euro_where_none_is_known(mixed):
    month = overview()
    assert (month.state, month.is_over, month.statements) == ("open", True, [])
    assert (month.ready.sessions, month.ready.amount) == (1, D("3.00"))
    assert (month.review.sessions, month.review.amount) == (1, D("3.00"))
    assert (month.blocked.sessions, month.blocked.amount) == (1, None)
    assert [(e.reason, e.amount) for e in month.exceptions] == [
        ("grade_D", D("3.00")),
        ("grade_E", None),
    ]
    assert not overview(now=T0).is_over


def test_the_preview_is_what_the_close_does(mixed):
    before = overview()
    closed = close("beta")
    after = overview()
    assert (closed.amount, after.ready.amount) == (before.ready.amount, before.ready.amount)
    assert (after.state, len(after.statements)) == ("closed", 1)
    assert [e.reason for e in after.exceptions] == [e.reason for e in before.exceptions]
    assert after.statements[0].employee == "johannes.wqzzx"
    late = pay(mixed, at=T0 + 5 * DAY)
    assert late
    assert [(e.kind, e.lane) for e in overview().waiting] == [("regular", "ready")]
    assert [(e.kind, e.lane) for e in overview(NOV).waiting] == []


def test_a_claimed_stretch_stays_blocked_after_the_close_that_found_it(house):
    pay(house)
    body = run_in_tenant("beta", lambda: ReceivedCdr.objects.get().body)
    twin = {**body, "id": "twin", "link": str(house.links["gamma"])}
    from apps.cdrs.operations import receive_cdr  # noqa: PLC0415

    run_in_tenant("gamma", receive_cdr, body=twin, now=NOVEMBER)
    close("beta")
    close("gamma")
    month = run_in_tenant("gamma", queries.get_month, month=OCT, now=NOVEMBER)
    assert [(e.lane, e.reason) for e in month.exceptions] == [
        ("blocked", "register_already_settled")
    ]


def test_what_belongs_to_no_agreement_is_blocked(house):
    run_in_tenant(
        "beta",
        operations.end_agreement,
        agreement_id=house.agreements["beta"],
        until=dt.date(2026, 9, 1),
    )
    pay(house)
    (entry,) = overview().exceptions
    assert (entry.reason, entry.agreement_id, entry.employee) == ("no_agreement", None, "")


def test_months_run_from_the_first_record_to_now(house):
    assert run_in_tenant("beta", queries.list_months, now=T0) == [OCT]
    pay(house)
    december = dt.datetime(2026, 12, 2, tzinfo=dt.UTC)
    months = run_in_tenant("beta", queries.list_months, now=december)
    assert months == [dt.date(2026, 12, 1), NOV, OCT]


def test_an_employee_sees_the_own_month_and_nobody_elses(mixed):
    def month_of(person, month=OCT):
        return run_in_tenant(
            "beta",
            queries.get_employee_month,
            employee_id=mixed.people[person],
            month=month,
        )

    his = month_of(HIM)
    assert (his.amount, his.is_final, len(his.entries), len(his.waiting)) == (
        D("3.00"),
        False,
        1,
        2,
    )
    hers = month_of(HER)
    assert (hers.amount, hers.entries, hers.waiting) == (D(0), [], [])
    close("beta")
    his = month_of(HIM)
    assert (his.amount, his.is_final, his.entries[0].statement) == (
        D("3.00"),
        True,
        "VS-2026-10-0001",
    )
    totals = run_in_tenant("beta", queries.list_employee_totals, employee_id=mixed.people[HIM])
    assert totals == [(OCT, D("3.00"))]
    agreements = run_in_tenant("beta", queries.list_agreements, employee_id=mixed.people[HIM])
    assert [(a.name[:3], a.rates[0].rate_eur_per_kwh) for a in agreements] == [("OV-", D("0.3"))]
    assert run_in_tenant("beta", queries.list_agreements, employee_id=mixed.people[HER]) == []


def test_why_this_amount_leads_to_the_frames_that_the_record_carries(house):
    pay(house, readings=((0.5, 2000), (1, 7000)))
    close("beta")
    frames = run_in_tenant("alfa", JournalRow.objects.count)
    why = run_in_tenant("beta", queries.get_why, number="VS-2026-10-0001", position=1)
    assert frames == 2
    assert (why.entry.amount, why.exact, why.taxable) == (D("3.00"), D("3.0"), D("0.00"))
    assert [(p.version, p.rate_eur_per_kwh, p.valid_from) for p in why.parts] == [
        (1, D("0.30000"), dt.date(2026, 1, 1))
    ]
    assert (why.entry.begin_wh, why.entry.end_wh) == (D(1000), D(11000))
    assert why.body["frames"]["end"]["hash"]
    assert why.body["frames"]["begin"]["payload"].count("~") == 1  # the card, sealed
    assert len(why.digest) == 64
    assert (why.corrects, why.corrected_by) == (None, [])


def test_why_works_for_what_is_still_open_and_for_doubt(mixed):
    ready = run_in_tenant("beta", queries.get_open_why, cdr_pk=cdr_pk(0), month=OCT)
    doubt = run_in_tenant("beta", queries.get_open_why, cdr_pk=cdr_pk(1), month=OCT)
    never = run_in_tenant("beta", queries.get_open_why, cdr_pk=cdr_pk(2), month=OCT)
    assert (ready.exact, doubt.exact, never.exact) == (D("3.0"), D("3.0"), None)
    assert (ready.entry.lane, doubt.entry.lane, never.entry.lane) == (
        "ready",
        "review",
        "blocked",
    )


def test_why_names_the_one_who_decided_and_both_ends_of_a_correction(house):
    session_id = doubtful(house)
    decide("pay")
    close("beta")
    why = run_in_tenant("beta", queries.get_why, number="VS-2026-10-0001", position=1)
    assert (why.entry.decision, why.entry.decided_by) == ("pay", CARLA.name)
    from apps.cdrs.operations import correct_session, deliver_due  # noqa: PLC0415
    from apps.core import binding  # noqa: PLC0415

    run_in_tenant("alfa", correct_session, session_id=session_id, now=NOVEMBER)
    with binding.bound("alfa"):
        deliver_due(now=NOVEMBER)
    close("beta", NOV)
    old = run_in_tenant("beta", queries.get_why, number="VS-2026-10-0001", position=1)
    new = run_in_tenant("beta", queries.get_why, number="VS-2026-11-0001", position=1)
    assert [(r.statement, r.amount) for r in old.corrected_by] == [("VS-2026-11-0001", D("-3.00"))]
    assert new.corrects is not None
    assert new.corrects.statement == "VS-2026-10-0001"


def test_another_employees_line_session_or_statement_is_not_found(mixed):
    close("beta")
    other = {"employee_id": mixed.people[HER]}
    reads: list[tuple[Any, dict[str, Any]]] = [
        (queries.get_why, {"number": "VS-2026-10-0001", "position": 1}),
        (queries.get_statement, {"number": "VS-2026-10-0001"}),
        (queries.get_open_why, {"cdr_pk": cdr_pk(1), "month": OCT}),
    ]
    for query, given in reads:
        assert run_in_tenant("beta", query, **given, employee_id=mixed.people[HIM])
        with pytest.raises(NotFound):
            run_in_tenant("beta", query, **given, **other)
    with pytest.raises(NotFound):
        run_in_tenant("gamma", queries.get_statement, number="VS-2026-10-0001")


def test_what_was_not_delivered_for_a_day_is_on_a_list(house):
    house.charge(HIS)
    settle()
    given = {"now": NOVEMBER + dt.timedelta(hours=25)}
    assert run_in_tenant("alfa", list_undelivered, now=NOVEMBER) == []
    (row,) = run_in_tenant("alfa", list_undelivered, **given)
    assert (row.receiver, row.attempts) == ("Beta", 0)
