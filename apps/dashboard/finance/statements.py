"""Statements: the list, one statement, one line with why it is that amount, the documents."""

import datetime as dt
import json
from typing import Any

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from apps.core.refused import NotFound
from apps.dashboard.access import PageRequest, page
from apps.dashboard.documents import KINDS, as_attachment
from apps.dashboard.months import MonthConverter
from apps.dashboard.searching import searched
from apps.reimbursement.models import Statement
from apps.reimbursement.queries import (
    find_close,
    get_line,
    get_statement,
    line_of,
    list_documents,
    list_ledger,
    list_lines,
    list_statements,
    rates_of,
    subtotals_of,
)

PAGE = 50


@require_GET
@page("finance")
def listing(request: PageRequest) -> HttpResponse:
    """List statements, by month and by what the number or the name contains."""
    month = _month(request.GET.get("month", ""))
    text = searched(request)
    rows = list_statements(month=month)
    if text:
        rows = rows.filter(number__icontains=text) | rows.filter(
            agreement__link__employee__name__icontains=text
        )
    shown = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    context = {
        "shown": shown,
        "months": [row.month for row in list_ledger() if row.statements],
        "month": month,
        "q": text,
        "has_any": bool(shown.paginator.count) or list_statements().exists(),
        "section": "finance:statements",
    }
    return render(request, "dashboard/finance/statements.html", context)


def _month(text: str) -> dt.date | None:
    try:
        return MonthConverter().to_python(text)
    except ValueError:
        return None


@require_GET
@page("finance")
def statement(request: PageRequest, number: str) -> HttpResponse:
    """Show one statement."""
    row = get_statement(number=number)
    return render(request, "dashboard/finance/statement.html", context_of(row))


def context_of(row: Statement) -> dict[str, Any]:
    """Return what a statement's page shows."""
    subtotals = subtotals_of(list_lines(statement=row))
    lines = [line for subtotal in subtotals.values() for line in subtotal.lines]
    return {
        "statement": row,
        "facts": row.facts,
        "zone": row.facts["time_zone"],
        "regular": subtotals["regular"],
        "late": subtotals["late"],
        "credit": subtotals["credit"],
        "corrected": [line for line in lines if line.row.corrected_by.all()],
        "decided": [line for line in lines if line.decision],
        "documents": list_documents(statement=row),
        "close": find_close(month=row.month),
        "rates": rates_of(row).values(),
        "section": "finance:statements",
    }


@require_GET
@page("finance")
def line(request: PageRequest, number: str, position: int) -> HttpResponse:
    """Say why a line is that amount, down to the frames that its record carries."""
    row = get_line(number=number, position=position)
    found = line_of(row)
    rates = rates_of(row.statement)
    context = {
        "statement": row.statement,
        "zone": found.record.zone,
        "line": found,
        "row": row,
        "record": found.record,
        "parts": found.parts,
        "energy_wh": row.energy_wh,
        "exact": found.exact,
        "rates": [rates[v] for v in sorted({p.version for p in found.parts}) if v in rates],
        "close": find_close(month=row.statement.month),
        "section": "finance:statements",
    }
    return render(request, "dashboard/finance/line.html", context)


@require_GET
@page("finance")
def record(request: PageRequest, number: str, position: int) -> HttpResponse:
    """Hand out the whole record of a line, as it was received."""
    row = get_line(number=number, position=position)
    return HttpResponse(
        json.dumps(row.cdr.body, indent=2, ensure_ascii=False, sort_keys=True),
        content_type="application/json; charset=utf-8",
        headers={"Content-Disposition": f'inline; filename="{number}-{position}.json"'},
    )


@require_GET
@page("finance")
def download(request: PageRequest, number: str, kind: str) -> HttpResponse:
    """Hand out a statement's document: the bytes that are kept."""
    if kind not in KINDS:
        raise NotFound("document_unknown")
    return as_attachment(get_statement(number=number), kind)
