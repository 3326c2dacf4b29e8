"""What an employee reads: this month, earlier months, and why a line is that amount.

Every read is cut to the person's own links; another employee's is a 404 like one that is not there.
"""

import datetime as dt
import json
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET

from apps.cdrs.reading import read_record
from apps.core import clock
from apps.core.refused import NotFound
from apps.dashboard import formats, months
from apps.dashboard.access import PageRequest, page
from apps.dashboard.bars import Bar, bars_of
from apps.dashboard.documents import KINDS, as_attachment
from apps.dashboard.numbers import known_sum
from apps.dashboard.reasons import story_of
from apps.reimbursement.constants import BLOCKED, REVIEW
from apps.reimbursement.models import Statement
from apps.reimbursement.queries import (
    LedgerMonth,
    OpenLine,
    get_line,
    get_statement,
    line_of,
    list_ledger,
    list_lines,
    list_open_lines,
    list_statements,
    subtotals_of,
)
from apps.tenants.queries import current_tenant

EARLIER = 5  # months in the bars


@require_GET
@page("employees")
def current(request: PageRequest) -> HttpResponse:
    """Lead to the newest month that is over and has an amount coming or given, else this one."""
    running = months.this_month(clock.now(), current_tenant().time_zone)
    waiting = list_open_lines(until=running, employee_id=request.user.pk)
    found = {line.record.month for line in waiting}
    found |= {row.month for row in list_ledger(employee_id=request.user.pk)}
    return redirect("employees:month", month=max(found - {running}, default=running))


@require_GET
@page("employees")
def month(request: PageRequest, month: dt.date) -> HttpResponse:
    """Show one month: its statement, or what it comes to so far."""
    person = request.user.pk
    running = months.this_month(clock.now(), current_tenant().time_zone)
    ledger = list_ledger(employee_id=person)
    statements = list(list_statements(month=month, employee_id=person))
    subtotals = [_subtotals(row) for row in statements]
    waiting = list_open_lines(until=max(month, running), employee_id=person)
    own = [line for line in waiting if line.record.month == month]
    context: dict[str, Any] = {
        "month": month,
        "before": months.month_before(month),
        "after": months.month_after(month) if month < running else None,
        "is_running": month == running,
        "statements": statements,
        "subtotals": subtotals,
        "total": sum((row.amount for row in statements), Decimal(0)),
        "waiting": own[::-1],
        "provisional": _sum(own),
        "running": running,
        "open_months": _open_months(waiting, month),
        "bars": _bars(ledger, month),
        "has_any": bool(ledger or waiting),
        "zones": [line.body["site"]["time_zone"] for line in waiting]
        + [row.facts["time_zone"] for row in statements],
        "section": "employees:current",
    }
    return render(request, "dashboard/employees/month.html", context)


def _subtotals(statement: Statement) -> dict[str, Any]:
    """Return a statement's lines by kind, and all of them with the newest first."""
    found = subtotals_of(list_lines(statement=statement))
    lines = [line for subtotal in found.values() for line in subtotal.lines]
    newest = sorted(lines, key=lambda line: line.record.started_at, reverse=True)
    return {**found, "statement": statement, "newest": newest}


def _sum(lines: Sequence[OpenLine]) -> dict[str, Any]:
    """Add lines up; without a single known amount there is none."""
    return {
        "amount": known_sum(line.amount for line in lines) if lines else None,
        "energy_wh": known_sum(line.energy_wh for line in lines),
        "sessions": len(lines),
        "unknown": sum(1 for line in lines if line.amount is None),
        "review": sum(1 for line in lines if line.lane == REVIEW),
    }


def _open_months(lines: Sequence[OpenLine], shown: dt.date) -> list[dict[str, Any]]:
    """Add up what waits in every month but the one that is shown, newest first."""
    found: dict[dt.date, list[OpenLine]] = {}
    for line in lines:
        found.setdefault(line.record.month, []).append(line)
    found.pop(shown, None)
    return [{"month": month, "sums": _sum(found[month])} for month in sorted(found, reverse=True)]


def _bars(ledger: Sequence[LedgerMonth], month: dt.date) -> list[Bar]:
    rows = sorted(ledger[:EARLIER], key=lambda row: row.month)
    return bars_of(
        [(row.month, row.amount, formats.money(row.amount, 0)) for row in rows], current=month
    )


@require_GET
@page("employees")
def line(request: PageRequest, number: str, position: int) -> HttpResponse:
    """Say why a line is that amount."""
    row = get_line(number=number, position=position, employee_id=request.user.pk)
    found = line_of(row)
    context = {
        "statement": row.statement,
        "month": row.statement.month,
        "row": row,
        "line": found,
        "record": found.record,
        "parts": found.parts,
        "energy_wh": row.energy_wh,
        "amount": row.amount,
        "exact": found.exact,
        "grade": row.grade,
        "reasons": row.reasons,
        "decision": found.decision,
        "section": "employees:current",
    }
    return render(request, "dashboard/employees/why.html", context)


@require_GET
@page("employees")
def session(request: PageRequest, cdr_pk: int) -> HttpResponse:
    """Say what a session that is on no statement yet will come to, and why."""
    running = months.this_month(clock.now(), current_tenant().time_zone)
    lines = list_open_lines(until=running, employee_id=request.user.pk)
    found = next((line for line in lines if line.cdr_pk == cdr_pk), None)
    if found is None:
        raise NotFound("session_unknown")
    context = {
        "month": found.record.month,
        "record": read_record(found.body),
        "parts": [
            {
                "begin_at": part.begin_at,
                "end_at": part.end_at,
                "energy_wh": part.energy_wh,
                "rate": part.rate_eur_per_kwh,
                "exact": part.exact,
            }
            for part in found.parts
        ],
        "energy_wh": found.energy_wh,
        "amount": found.amount,
        "exact": sum((part.exact for part in found.parts), Decimal(0)),
        "grade": found.record.grade,
        "reasons": found.record.reasons,
        "open": found,
        "story": story_of(found.reason, found.record.reasons) if found.reason else None,
        "is_blocked": found.lane == BLOCKED,
        "section": "employees:current",
    }
    return render(request, "dashboard/employees/why.html", context)


@require_GET
@page("employees")
def record(request: PageRequest, number: str, position: int) -> HttpResponse:
    """Hand out the whole record of a line, as it was received."""
    row = get_line(number=number, position=position, employee_id=request.user.pk)
    return HttpResponse(
        json.dumps(row.cdr.body, indent=2, ensure_ascii=False, sort_keys=True),
        content_type="application/json; charset=utf-8",
    )


@require_GET
@page("employees")
def download(request: PageRequest, number: str, kind: str) -> HttpResponse:
    """Hand out a statement's document: the bytes that are kept."""
    statement = get_statement(number=number, employee_id=request.user.pk)
    if kind not in KINDS:
        raise NotFound("document_unknown")
    return as_attachment(statement, kind)
