"""Statements, as REST shows them."""

import datetime as dt
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from apps.api.paging import Page
from apps.reimbursement import queries
from apps.reimbursement.models import Statement, StatementLine


@dataclass(frozen=True, slots=True)
class LineRow:
    """One settled record."""

    position: int
    kind: str
    cdr: str
    issuer: str
    grade: str
    reasons: list[str]
    energy_wh: Decimal
    amount: Decimal
    untaxed_amount: Decimal
    taxable_amount: Decimal
    parts: Any


@dataclass(frozen=True, slots=True)
class StatementRow:
    """An immutable statement of one employee and month."""

    row_id: int
    number: str
    month: str
    issued_at: dt.datetime
    currency: str
    energy_wh: Decimal
    amount: Decimal
    untaxed_amount: Decimal
    taxable_amount: Decimal
    lines: list[LineRow] = field(default_factory=list)


def list_statements(*, page: Page) -> list[StatementRow]:
    """Return statements without their lines, oldest first, one more than the page holds."""
    found = queries.list_statements().filter(pk__gt=page.after).order_by("pk")
    return [_statement(row, []) for row in found[: page.limit + 1]]


def get_statement(*, number: str) -> StatementRow:
    """Return a statement with its lines.

    :raises NotFound: it is not this tenant's.
    """
    row = queries.get_statement(number=number)
    return _statement(row, [_line(line) for line in queries.list_lines(statement=row)])


def _statement(row: Statement, lines: list[LineRow]) -> StatementRow:
    return StatementRow(
        row_id=row.pk,
        number=row.number,
        month=f"{row.month:%Y-%m}",
        issued_at=row.issued_at,
        currency=row.currency,
        energy_wh=row.energy_wh,
        amount=row.amount,
        untaxed_amount=row.untaxed_amount,
        taxable_amount=row.taxable_amount,
        lines=lines,
    )


def _line(line: StatementLine) -> LineRow:
    return LineRow(
        position=line.position,
        kind=line.kind,
        cdr=line.cdr.cdr_id,
        issuer=line.cdr.issuer,
        grade=line.grade,
        reasons=list(line.reasons),
        energy_wh=line.energy_wh,
        amount=line.amount,
        untaxed_amount=line.untaxed_amount,
        taxable_amount=line.taxable_amount,
        parts=line.parts,
    )
