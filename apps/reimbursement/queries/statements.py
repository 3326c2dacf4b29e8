"""Statements, their documents, and what lacks one."""

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import Count, QuerySet

from apps.core.refused import NotFound
from apps.reimbursement.models import Statement, StatementDocument


@dataclass(frozen=True, slots=True)
class StatementRow:
    """A statement in a list."""

    id: int
    number: str
    month: dt.date
    employee_id: int
    employee: str
    issued_at: dt.datetime
    lines: int
    energy_wh: Decimal
    amount: Decimal
    untaxed: Decimal
    taxable: Decimal
    currency: str
    facts: dict[str, Any]


def _rows(employee_id: int | None) -> QuerySet[Statement]:
    rows = Statement.objects.select_related("agreement__link").annotate(count=Count("lines"))
    if employee_id is not None:
        rows = rows.filter(agreement__link__employee_id=employee_id)
    return rows.order_by("-month", "number")


def _row(statement: Any) -> StatementRow:
    return StatementRow(
        id=statement.pk,
        number=statement.number,
        month=statement.month,
        employee_id=statement.agreement.link.employee_id,
        employee=statement.facts["employee"]["name"],
        issued_at=statement.issued_at,
        lines=statement.count,
        energy_wh=statement.energy_wh,
        amount=statement.amount,
        untaxed=statement.untaxed_amount,
        taxable=statement.taxable_amount,
        currency=statement.currency,
        facts=statement.facts,
    )


def list_statements(
    *, month: dt.date | None = None, employee_id: int | None = None
) -> list[StatementRow]:
    """Return statements, newest month first; of one month, of one employee, or all."""
    rows = _rows(employee_id)
    if month is not None:
        rows = rows.filter(month=month)
    return [_row(row) for row in rows]


def get_statement(*, number: str, employee_id: int | None = None) -> StatementRow:
    """Return a statement; with an employee only their own.

    :raises NotFound: there is none, or it is somebody else's: the same answer for both.
    """
    row = _rows(employee_id).filter(number=number).first()
    if row is None:
        raise NotFound("statement_unknown", "There is no such statement.", field="statement")
    return _row(row)


def find_document(*, statement_id: int, kind: str) -> bytes | None:
    """Return the kept bytes of a statement's document, or None while it is not rendered yet."""
    row = StatementDocument.objects.filter(statement_id=statement_id, kind=kind).first()
    return None if row is None else bytes(row.body)


def list_documents(*, statement_id: int) -> dict[str, str]:
    """Return the SHA-256 of each kept document, by kind."""
    rows = StatementDocument.objects.filter(statement_id=statement_id)
    return dict(rows.values_list("kind", "sha256"))


def list_without_document(*, kind: str, limit: int) -> list[str]:
    """Return the numbers of statements that lack a document, oldest first."""
    rows = Statement.objects.exclude(
        pk__in=StatementDocument.objects.filter(kind=kind).values("statement_id")
    )
    return list(rows.order_by("pk").values_list("number", flat=True)[:limit])
