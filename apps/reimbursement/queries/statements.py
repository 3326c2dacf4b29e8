"""Statements, closes and documents: only the bound tenant's, and cut by employee."""

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Count, Max, Prefetch, QuerySet, Sum

from apps.core.refused import NotFound
from apps.reimbursement.models import MonthClose, Statement, StatementDocument, StatementLine


@dataclass(frozen=True, slots=True)
class LedgerMonth:
    """What one month's statements came to (EUR), and when it was closed."""

    month: dt.date
    statements: int
    amount: Decimal
    energy_wh: Decimal
    closed_at: dt.datetime | None


def list_ledger(*, employee_id: int | None = None) -> list[LedgerMonth]:
    """Return the months that have a statement or a close, newest first."""
    sums = {
        row["month"]: row
        for row in list_statements(employee_id=employee_id)
        .order_by()
        .values("month")
        .annotate(n=Count("pk"), amount=Sum("amount"), energy_wh=Sum("energy_wh"))
    }
    closes = dict(
        MonthClose.objects.filter(state=MonthClose.State.CLOSED).values_list("month", "closed_at")
    )
    months = set(sums) | (set(closes) if employee_id is None else set())
    return [
        LedgerMonth(
            month=month,
            statements=sums[month]["n"] if month in sums else 0,
            amount=sums[month]["amount"] if month in sums else Decimal(0),
            energy_wh=sums[month]["energy_wh"] if month in sums else Decimal(0),
            closed_at=closes.get(month),
        )
        for month in sorted(months, reverse=True)
    ]


def find_close(*, month: dt.date) -> MonthClose | None:
    """Return the close of a month, or None when nobody asked for it."""
    return MonthClose.objects.filter(month=month).first()


def find_last_closed() -> dt.date | None:
    """Return the last closed month, or None."""
    newest: dt.date | None = MonthClose.objects.filter(state=MonthClose.State.CLOSED).aggregate(
        newest=Max("month")
    )["newest"]
    return newest


def list_statements(
    *, month: dt.date | None = None, employee_id: int | None = None
) -> QuerySet[Statement]:
    """Return statements, newest month first, then by number."""
    rows = Statement.objects.select_related("agreement__link__employee").order_by(
        "-month", "number"
    )
    if month is not None:
        rows = rows.filter(month=month)
    if employee_id is not None:
        rows = rows.filter(agreement__link__employee_id=employee_id)
    return rows


def get_statement(*, number: str, employee_id: int | None = None) -> Statement:
    """Return a statement.

    :raises NotFound: there is none with this number, or it is another employee's.
    """
    row = list_statements(employee_id=employee_id).filter(number=number).first()
    if row is None:
        raise NotFound("statement_unknown", "There is no such statement.", field="number")
    return row


def list_lines(*, statement: Statement) -> list[StatementLine]:
    """Return a statement's lines in their order, with the records and what corrects what."""
    rows = StatementLine.objects.filter(statement=statement).select_related(
        "cdr", "cdr__decision", "corrects__statement"
    )
    return list(
        rows.prefetch_related(
            Prefetch("corrected_by", StatementLine.objects.select_related("statement"))
        ).order_by("position")
    )


def get_line(*, number: str, position: int, employee_id: int | None = None) -> StatementLine:
    """Return a line of a statement.

    :raises NotFound: there is none, or it is another employee's.
    """
    statement = get_statement(number=number, employee_id=employee_id)
    for line in list_lines(statement=statement):
        if line.position == position:
            line.statement = statement
            return line
    raise NotFound("line_unknown", "There is no such line.", field="position")


def list_documents(*, statement: Statement) -> dict[str, str]:
    """Return which documents are kept: kind and SHA-256."""
    rows = StatementDocument.objects.filter(statement=statement)
    return dict(rows.order_by("kind").values_list("kind", "sha256"))


def find_document(*, statement: Statement, kind: str) -> bytes | None:
    """Return the kept bytes of a statement's document, or None while it is being rendered."""
    row = StatementDocument.objects.filter(statement=statement, kind=kind).first()
    return None if row is None else bytes(row.body)


def list_without_document(*, kind: str, limit: int) -> list[str]:
    """Return the numbers of statements that lack a document, oldest first."""
    rows = Statement.objects.exclude(
        pk__in=StatementDocument.objects.filter(kind=kind).values("statement_id")
    )
    return list(rows.order_by("pk").values_list("number", flat=True)[:limit])
