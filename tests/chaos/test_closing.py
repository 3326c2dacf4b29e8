"""A close whose worker is killed, told twice or told by two: one statement each (trust.md row 16).

A hundredth by default, the whole on request.
"""

import random
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

import pytest

from tests.chaos.payroll import RATE, wh_of
from tests.chaos.workers import Shop, shop

pytestmark = pytest.mark.slow
SEED = 20261127
CENT = Decimal("0.01")
CLOSE = "apps.reimbursement.tasks.close_month_task"
SWEEP = "apps.reimbursement.tasks.sweep_closes_task"
STATEMENTS = "beta.reimbursement_statement"
MONTH = "beta.reimbursement_monthclose"
SERIES = "SELECT last FROM beta.reimbursement_numberseries WHERE series = 'VS-2026-10'"
WAITS = "usename = 'laadboek_runtime' AND wait_event_type = 'Lock' AND datname = current_database()"


@dataclass(frozen=True)
class Size:
    """How many statements, and how many workers are killed on the way."""

    employees: int
    kills: int


HUNDREDTH, WHOLE = Size(employees=24, kills=2), Size(employees=600, kills=200)
SIZES = [
    pytest.param(HUNDREDTH, id="hundredth"),
    pytest.param(WHOLE, id="whole", marks=pytest.mark.chaos),
]


def cents(wh: int) -> Decimal:
    """Return what a session is worth, computed without the product."""
    return (Decimal(wh) * RATE / 1000).quantize(CENT, ROUND_HALF_UP)


def assert_each_has_one(made: Shop, employees: int) -> None:
    """Check every agreement with a session: one statement, of its own amount, no number missing."""
    rows = made.sql(f"SELECT number, agreement_id, amount FROM {STATEMENTS} ORDER BY number")
    assert [row[0] for row in rows] == [f"VS-2026-10-{n:04}" for n in range(1, employees + 1)]
    assert len({row[1] for row in rows}) == employees
    assert sorted(row[2] for row in rows) == sorted(cents(wh_of(n)) for n in range(employees))
    assert made.sql(SERIES) == [(employees,)]
    assert made.count("beta.reimbursement_statementline") == employees
    assert made.sql(f"SELECT state FROM {MONTH}") == [("closed",)]


def minutes_later(made: Shop) -> None:
    """Let time pass for the sweep: a close without a sign of life for a minute is sent again."""
    made.sql(f"UPDATE {MONTH} SET touched_at = touched_at - interval '2 minutes'")


def is_closed(made: Shop) -> bool:
    return made.count(MONTH, "state = 'closed'") == 1


def hang_with_a_number(made: Shop) -> None:
    """Kill a worker that has its number and hangs on the lines: nothing of it may stay."""
    before = made.count(STATEMENTS)
    with made.connect() as conn, conn.transaction():
        conn.execute("LOCK TABLE beta.reimbursement_statementline IN SHARE MODE")
        worker = made.work()
        made.wait(lambda: made.count("pg_stat_activity", WAITS))
        made.kill(worker)
    assert made.count(STATEMENTS) == before


@pytest.mark.parametrize("size", SIZES)
def test_a_close_whose_workers_are_killed_goes_on_where_it_was(size):
    dice = random.Random(SEED)  # noqa: S311 - when to kill, no secret
    with shop("closing", VISIBILITY_TIMEOUT="1") as made:
        made.tell("-m", "tests.chaos.payroll", str(size.employees))
        made.send(CLOSE, month="2026-10")
        hang_with_a_number(made)
        for number in range(1, size.kills):
            minutes_later(made)
            made.send(SWEEP)
            due = size.employees * number // (size.kills + 1)
            worker = made.work()
            made.wait_for_rows(STATEMENTS, due)
            made.wait(lambda: dice.random() < 0.2)
            made.kill(worker)
            assert not is_closed(made)
        minutes_later(made)
        made.send(SWEEP)
        made.work()
        made.wait(lambda: is_closed(made))
        assert_each_has_one(made, size.employees)


def test_a_close_told_many_times_to_two_workers_at_once_is_done_once():
    with shop("twice", VISIBILITY_TIMEOUT="1") as made:
        made.tell("-m", "tests.chaos.payroll", "24")
        for _ in range(2):
            made.work()
        made.send(CLOSE, month="2026-10", times=12)
        made.wait(lambda: is_closed(made))
        made.send(CLOSE, month="2026-10", times=4)
        made.wait(lambda: made.logs("worker").count("succeeded") >= 16)
        assert_each_has_one(made, 24)
