"""The month: its lanes, its close, the ledger of months."""

import datetime as dt
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.views.decorators.http import require_GET, require_http_methods

from apps.core import clock
from apps.core.refused import Refused
from apps.dashboard import formats, months
from apps.dashboard.access import PageRequest, act, page
from apps.dashboard.finance.lanes import bar_of, causes_of, lanes_of, rows_of
from apps.dashboard.finance.rights import require_money
from apps.dashboard.numbers import known_sum
from apps.dashboard.refusals import say
from apps.reimbursement.constants import BLOCKED, READY, REVIEW
from apps.reimbursement.models import MonthClose
from apps.reimbursement.operations import request_close
from apps.reimbursement.queries import (
    LedgerMonth,
    OpenLine,
    find_close,
    find_last_closed,
    list_ledger,
    list_month_lines,
    list_open_lines,
    list_statements,
    month_of,
)
from apps.reimbursement.tasks import close_month_task
from apps.tenants.queries import current_tenant

PAGE = 50


@require_GET
@page("finance")
def current(request: PageRequest) -> HttpResponse:
    """Lead to the month that wants work: the first open one that is over, or the running one."""
    running = months.this_month(clock.now(), current_tenant().time_zone)
    over, closed = months.month_before(running), find_last_closed()
    if closed and closed >= over:
        return redirect("finance:month", month=running)
    open_months = [month_of(line, closed) for line in list_open_lines(until=over)]
    return redirect("finance:month", month=min(open_months, default=over))


@require_GET
@page("finance")
def month(request: PageRequest, month: dt.date) -> HttpResponse:
    """Show a month: what it will come to, or what it came to."""
    zone = current_tenant().time_zone
    running = months.this_month(clock.now(), zone)
    closing = find_close(month=month)
    state = _state(month, running, closing)
    lines = list_open_lines(until=month) if closing else list_month_lines(month=month)
    ledger = list_ledger()
    is_superseded = _is_superseded(month)
    context: dict[str, Any] = {
        "month": month,
        "state": state,
        "close": closing,
        "zone": zone,
        "running": running,
        "before": months.month_before(month),
        "after": months.month_after(month) if month < running else None,
        "ledger": ledger[:12],
        "in_ledger": any(row.month == month for row in ledger),
        "last": next((row for row in ledger if row.month < month), None),
        "is_superseded": is_superseded,
        "can_close": state == "open" and request.access.changes_money and not is_superseded,
        "section": "finance:current",
        **_open(lines),
        **(_closed(month, ledger) if state == "closed" else {}),
    }
    return render(request, "dashboard/finance/month.html", context)


def _state(month: dt.date, running: dt.date, closing: MonthClose | None) -> str:
    if closing is not None:
        return "closed" if closing.state == MonthClose.State.CLOSED else "closing"
    if month > running:
        return "future"
    return "open" if month < running else "running"


def _is_superseded(month: dt.date) -> bool:
    """Whether a later month is closed: then that one holds what was left of this."""
    last = find_last_closed()
    return last is not None and last > month


def _open(lines: list[OpenLine]) -> dict[str, Any]:
    """Return what is not on a statement yet."""
    lanes = lanes_of(lines)
    causes = causes_of(lines)
    return {
        "ready": lanes[READY],
        "review": lanes[REVIEW],
        "blocked": lanes[BLOCKED],
        "provisional": known_sum(line.amount for line in lines),
        "bar": bar_of(lanes),
        "causes": causes,
        "exceptions": sum(cause.count for cause in causes),
        "causes_amount": known_sum(cause.amount for cause in causes),
        "rows": rows_of(lines)[:PAGE],
        "waiting": sum(lane.worst_of for lane in lanes.values()),
        "sessions": len(lines),
        "late": sum(1 for line in lines if line.kind != "regular"),
        "newest": max((line.record.ended_at for line in lines), default=None),
    }


def _closed(month: dt.date, ledger: list[LedgerMonth]) -> dict[str, Any]:
    """Return what a closed month came to."""
    return {
        "statements": list(list_statements(month=month)[:PAGE]),
        "sum": next((row for row in ledger if row.month == month), None),
    }


@require_http_methods(["GET", "POST"])
@page("finance")
def close(request: PageRequest, month: dt.date) -> HttpResponse:
    """Ask whether to close, and close: a worker does it, agreement by agreement."""
    require_money(request)
    if request.method == "POST":
        return _request(request, month)
    closing = find_close(month=month)
    if closing is not None or _is_superseded(month):
        return redirect("finance:month", month=month)
    zone = current_tenant().time_zone
    lines = list_open_lines(until=month)
    context = {
        "month": month,
        "zone": zone,
        "is_over": _state(month, months.this_month(clock.now(), zone), None) == "open",
        "opens": months.month_after(month),
        "earlier": _earlier(month, lines),
        "section": "finance:current",
        **_open(lines),
    }
    return render(request, "dashboard/finance/close.html", context)


def _earlier(month: dt.date, lines: list[OpenLine]) -> dict[str, Any] | None:
    """Return the first earlier month that is open, and what this close would take from before."""
    last = find_last_closed()
    found = [at for line in lines if (at := month_of(line, last)) < month]
    return {"month": min(found), "sessions": len(found)} if found else None


def _request(request: PageRequest, month: dt.date) -> HttpResponse:
    try:
        act(_close, month=month)
    except Refused as error:
        messages.error(request, say(error))
    else:
        words = {"month": formats.month_title(month)}
        messages.success(request, gettext("%(month)s wordt gesloten.") % words)
    return redirect("finance:month", month=month)


def _close(*, month: dt.date) -> None:
    """Ask for the close and nudge a worker; without a broker the sweep finds the row."""
    request_close(month=month, now=clock.now())
    transaction.on_commit(
        lambda: close_month_task.apply_async(kwargs={"month": f"{month:%Y-%m}"}), robust=True
    )
