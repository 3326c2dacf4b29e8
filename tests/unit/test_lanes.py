"""The open month of finance: lanes, rows and the sum tell one story."""

from decimal import Decimal
from types import SimpleNamespace
from typing import Any

from apps.dashboard.finance.lanes import bar_of, lanes_of, rows_of
from apps.reimbursement.constants import BLOCKED, READY


def line(person: int, amount: str | None, lane: str = READY) -> Any:
    return SimpleNamespace(
        employee_id=person,
        employee=f"P{person}",
        lane=lane,
        kind="regular",
        energy_wh=Decimal(1000),
        amount=None if amount is None else Decimal(amount),
        record=SimpleNamespace(grade="B"),
    )


LINES = [line(1, "2.00"), line(2, "3.00"), line(2, None, BLOCKED), line(2, None, BLOCKED)]


def test_the_rows_add_up_to_the_month_and_say_what_they_lack():
    """Found by a person: a statement with one blocked session hid its ten good ones."""
    rows = {row.employee: (row.lane, row.amount, row.unknown) for row in rows_of(LINES)}
    assert rows == {"P1": (READY, Decimal(2), 0), "P2": (BLOCKED, Decimal(3), 2)}
    assert [row.amount for row in rows_of([line(3, None, BLOCKED)])] == [None]


def test_a_lane_counts_the_statements_its_sessions_go_to_and_the_bar_each_once():
    lanes = lanes_of(LINES)
    ready, blocked = lanes[READY], lanes[BLOCKED]
    assert (ready.statements, ready.sessions, ready.amount) == (2, 2, Decimal(5))
    assert (blocked.statements, blocked.sessions, blocked.amount) == (1, 2, Decimal(0))
    assert [(name, width) for name, _, width in bar_of(lanes)] == [(READY, 500), (BLOCKED, 500)]
