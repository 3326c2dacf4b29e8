"""What money pages read: the month, the employee's month, and why."""

import datetime as dt
from decimal import Decimal

import pytest

from apps.cdrs.models import ReceivedCdr
from apps.cdrs.operations import correct_session, deliver_due, receive_cdr
from apps.cdrs.queries import list_undelivered
from apps.core import binding
from apps.core.refused import NotFound
from apps.reimbursement import operations, queries
from apps.stations.models import JournalRow
from apps.tenants.bridge import run_in_tenant
from tests.parties.finance import CARLA, DAY, decide, doubtful, pay
from tests.parties.house import HER, HIM, HIS, NOV, NOVEMBER, OCT, T0, close, settle

D = Decimal
READY = ("regular", "ready", "", D("3.00"))
REVIEW = ("regular", "review", "grade_D", D("3.00"))
BLOCKED = ("regular", "blocked", "grade_E", None)


def open_lines(month=OCT, schema="beta", **cut):
    """Return kind, lane, reason and amount of what no statement carries yet."""

    def read():
        found = queries.list_open_lines(until=month, **cut)
        return [(line.kind, line.lane, line.reason, line.amount) for line in found]

    return run_in_tenant(schema, read)


def ledger(**cut):
    """Return month, number of statements and amount of what was issued."""

    def read():
        found = queries.list_ledger(**cut)
        return [(row.month, row.statements, row.amount) for row in found]

    return run_in_tenant("beta", read)


def with_line(number, read):
    """Return what `read` makes of the first line of a statement."""
    return run_in_tenant("beta", lambda: read(queries.get_line(number=number, position=1)))


@pytest.fixture
def mixed(house):
    """A month with something in each lane: ready, for review, blocked."""
    pay(house)
    doubtful(house, at=T0 + DAY)
    pay(house, at=T0 + 2 * DAY, wh=-500)
    return house


def test_an_open_month_has_three_lanes_and_no_euro_where_none_is_known(mixed):
    assert open_lines() == [READY, REVIEW, BLOCKED]
    assert ledger() == []


def test_the_preview_is_what_the_close_does(mixed):
    assert open_lines()[0] == READY
    closed = close("beta")
    assert (closed.amount, closed.statements, closed.exceptions) == (D("3.00"), 1, 2)
    assert ledger() == [(OCT, 1, D("3.00"))]
    assert open_lines() == [REVIEW, BLOCKED]
    assert pay(mixed, at=T0 + 5 * DAY)
    assert open_lines()[-1] == READY
    assert open_lines(NOV)[-1] == ("late", "ready", "", D("3.00"))


def test_a_claimed_stretch_stays_blocked_after_the_close_that_found_it(house):
    pay(house)
    body = run_in_tenant("beta", lambda: ReceivedCdr.objects.get().body)
    twin = {**body, "id": "twin", "link": str(house.links["gamma"])}
    run_in_tenant("gamma", receive_cdr, body=twin, now=NOVEMBER)
    close("beta")
    close("gamma")
    assert open_lines(schema="gamma") == [("regular", "blocked", "register_already_settled", None)]


def test_what_belongs_to_no_agreement_is_blocked(house):
    run_in_tenant(
        "beta",
        operations.end_agreement,
        agreement_id=house.agreements["beta"],
        until=dt.date(2026, 9, 1),
    )
    pay(house)
    assert open_lines() == [("regular", "blocked", "no_agreement", None)]
    assert open_lines(employee_id=house.people[HIM]) == open_lines()
    assert open_lines(employee_id=house.people[HER]) == []


def test_a_record_that_its_credit_cancels_out_is_not_shown_as_open(house):
    session_id = pay(house)
    run_in_tenant("alfa", correct_session, session_id=session_id, now=NOVEMBER)
    with binding.bound("alfa"):
        deliver_due(now=NOVEMBER)
    assert run_in_tenant("beta", ReceivedCdr.objects.count) == 3
    assert open_lines() == [READY]


def test_an_employee_sees_the_own_month_and_nobody_elses(mixed):
    him, her = ({"employee_id": mixed.people[person]} for person in (HIM, HER))
    assert open_lines(**him) == [READY, REVIEW, BLOCKED]
    assert open_lines(**her) == []
    close("beta")
    assert ledger(**him) == [(OCT, 1, D("3.00"))]
    assert ledger(**her) == []


def test_why_this_amount_leads_to_the_frames_that_the_record_carries(house):
    pay(house, readings=((0.5, 2000), (1, 7000)))
    close("beta")
    assert run_in_tenant("alfa", JournalRow.objects.count) == 2

    def read(row):
        line = queries.line_of(row)
        rates = queries.rates_of(row.statement)
        used = [rates[part.version] for part in line.parts]
        return line.record, line.exact, line.rate, used, row.amount, bytes(row.cdr.digest)

    record, exact, rate, used, amount, digest = with_line("VS-2026-10-0001", read)
    assert (amount, exact, rate) == (D("3.00"), D("3.0"), D("0.30000"))
    assert [(row["version"], row["valid_from"]) for row in used] == [("1", dt.date(2026, 1, 1))]
    assert (record.begin.wh, record.end.wh) == (D(1000), D(11000))
    assert [(frame.role, frame.is_unchanged) for frame in record.frames] == [
        ("begin", True),
        ("end", True),
    ]
    assert record.frames[0].text.count("~") == 1  # the card, sealed
    assert len(digest) == 32


def test_a_line_names_the_one_who_decided_and_both_ends_of_a_correction(house):
    session_id = doubtful(house)
    decide("pay")
    close("beta")
    decision = with_line(
        "VS-2026-10-0001", lambda row: (row.cdr.decision.choice, row.cdr.decision.decided_by)
    )
    assert decision == ("pay", CARLA.name)
    run_in_tenant("alfa", correct_session, session_id=session_id, now=NOVEMBER)
    with binding.bound("alfa"):
        deliver_due(now=NOVEMBER)
    close("beta", NOV)
    took_back = with_line(
        "VS-2026-10-0001",
        lambda row: [(line.statement.number, line.amount) for line in row.corrected_by.all()],
    )
    assert took_back == [("VS-2026-11-0001", D("-3.00"))]
    taken = with_line("VS-2026-11-0001", lambda row: row.corrects.statement.number)
    assert taken == "VS-2026-10-0001"


def test_another_employees_line_or_statement_is_not_found(mixed):
    close("beta")

    def numbers(person, schema="beta"):
        def read():
            given = {"number": "VS-2026-10-0001", "employee_id": person}
            return queries.get_line(position=1, **given).pk, queries.get_statement(**given).pk

        return run_in_tenant(schema, read)

    assert numbers(mixed.people[HIM])
    with pytest.raises(NotFound):
        numbers(mixed.people[HER])
    with pytest.raises(NotFound):
        numbers(None, "gamma")


def test_what_was_not_delivered_for_a_day_is_on_a_list(house):
    house.charge(HIS)
    settle()
    given = {"now": NOVEMBER + dt.timedelta(hours=25)}
    assert run_in_tenant("alfa", list_undelivered, now=NOVEMBER) == []
    (row,) = run_in_tenant("alfa", list_undelivered, **given)
    assert (row.receiver, row.attempts) == ("Beta", 0)
