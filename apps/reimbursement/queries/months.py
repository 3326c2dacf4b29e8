"""The month overview of finance, and the month of an employee."""

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from zoneinfo import ZoneInfo

from django.db.models import Max, Min

from apps.cdrs.models import ReceivedCdr, ReceivedConflict
from apps.reimbursement.calculation import month_end, next_month
from apps.reimbursement.constants import BLOCKED, READY, REVIEW
from apps.reimbursement.models import MonthClose, Statement
from apps.reimbursement.queries.entries import Entry, list_lines, list_open_entries
from apps.reimbursement.queries.statements import StatementRow, list_statements
from apps.tenants.queries import current_tenant

OPEN = "open"


@dataclass(frozen=True, slots=True)
class Lane:
    """One lane of the overview; `amount` is None where none is known (blocked)."""

    sessions: int
    people: int
    energy_wh: Decimal
    amount: Decimal | None


@dataclass(frozen=True, slots=True)
class MonthOverview:
    """A month: `state` is open, requested, running or closed."""

    month: dt.date
    state: str
    closable_from: dt.datetime
    is_over: bool
    requested_by: str
    requested_at: dt.datetime | None
    closed_at: dt.datetime | None
    ready: Lane
    review: Lane
    blocked: Lane
    statements: list[StatementRow]
    exceptions: list[Entry]  # review and blocked, what they wait for
    waiting: list[Entry]  # closed month: what came after the close, a line of the next statement
    conflicts: int  # records kept beside the inbox: other content or an unknown version


@dataclass(frozen=True, slots=True)
class EmployeeMonth:
    """One employee's month. `amount` is what is settled, or would be if closed now."""

    month: dt.date
    state: str
    is_final: bool
    amount: Decimal
    untaxed: Decimal
    energy_wh: Decimal
    statements: list[StatementRow]
    entries: list[Entry]  # settled lines, or what is ready
    waiting: list[Entry]  # not paid as it stands, or coming on the next statement


def find_close(*, month: dt.date) -> MonthClose | None:
    """Return the close of a month, or None while nobody asked for it."""
    return MonthClose.objects.filter(month=month.replace(day=1)).first()


def list_months(*, now: dt.datetime) -> list[dt.date]:
    """Return every month from the first record on to the running one, newest first."""
    zone = ZoneInfo(current_tenant().time_zone)
    last = now.astimezone(zone).date().replace(day=1)
    ends = ReceivedCdr.objects.filter(link_uid__isnull=False).aggregate(
        first=Min("ended_at"), last=Max("ended_at")
    )
    first = last if ends["first"] is None else ends["first"].astimezone(zone).date()
    months, month = [], min(first, last).replace(day=1)
    while month <= last:
        months.append(month)
        month = next_month(month)
    return months[::-1]


def _lane(entries: list[Entry], *, has_amount: bool = True) -> Lane:
    return Lane(
        sessions=len(entries),
        people=len({entry.agreement_id for entry in entries}),
        energy_wh=sum((entry.energy_wh or Decimal(0) for entry in entries), Decimal(0)),
        amount=sum((e.amount or Decimal(0) for e in entries), Decimal(0)) if has_amount else None,
    )


def get_month(*, month: dt.date, now: dt.datetime) -> MonthOverview:
    """Return the overview of a month: what is ready, needs a person, or is blocked."""
    month = month.replace(day=1)
    close = find_close(month=month)
    end = month_end(month, ZoneInfo(current_tenant().time_zone))
    is_closed = close is not None and close.state == MonthClose.State.CLOSED
    entries = list_open_entries(month=month)
    lanes = {name: [e for e in entries if e.lane == name] for name in (READY, REVIEW, BLOCKED)}
    statements = list_statements(month=month)
    settled = list(list_lines(statement_ids=[row.id for row in statements]))
    return MonthOverview(
        month=month,
        state=OPEN if close is None else close.state,
        closable_from=end,
        is_over=end <= now,
        requested_by="" if close is None else close.requested_by,
        requested_at=None if close is None else close.requested_at,
        closed_at=None if close is None else close.closed_at,
        ready=_lane(settled if is_closed else settled + lanes[READY]),
        review=_lane(lanes[REVIEW]),
        blocked=_lane(lanes[BLOCKED], has_amount=False),
        statements=statements,
        exceptions=lanes[REVIEW] + lanes[BLOCKED],
        waiting=lanes[READY] if is_closed else [],
        conflicts=ReceivedConflict.objects.count(),
    )


def get_employee_month(*, employee_id: int, month: dt.date) -> EmployeeMonth:
    """Return a person's own month in the bound tenant: only their own cards' sessions."""
    month = month.replace(day=1)
    close = find_close(month=month)
    is_closed = close is not None and close.state == MonthClose.State.CLOSED
    statements = list_statements(month=month, employee_id=employee_id)
    settled = list(list_lines(statement_ids=[row.id for row in statements]))
    open_entries = list_open_entries(month=month, employee_id=employee_id)
    ready = [entry for entry in open_entries if entry.lane == READY]
    waiting = [entry for entry in open_entries if entry.lane != READY]
    shown = settled if is_closed else settled + ready
    return EmployeeMonth(
        month=month,
        state=OPEN if close is None else close.state,
        is_final=is_closed,
        amount=sum((e.amount or Decimal(0) for e in shown), Decimal(0)),
        untaxed=sum((e.untaxed or Decimal(0) for e in shown), Decimal(0)),
        energy_wh=sum((e.energy_wh or Decimal(0) for e in shown), Decimal(0)),
        statements=statements,
        entries=shown,
        waiting=(ready if is_closed else []) + waiting,
    )


def list_employee_totals(*, employee_id: int) -> list[tuple[dt.date, Decimal]]:
    """Return a person's settled months with their amounts, oldest first: the bars of the page."""
    totals: dict[dt.date, Decimal] = {}
    rows = Statement.objects.filter(agreement__link__employee_id=employee_id).order_by("month")
    for month, amount in rows.values_list("month", "amount"):
        totals[month] = totals.get(month, Decimal(0)) + amount
    return list(totals.items())
