"""Statements: frozen facts, lines, and a number that comes last."""

import datetime as dt
from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any

from django.db import connection

from apps.audit.operations import record
from apps.core.events import emit
from apps.reimbursement.assessment import NOTHING, Assessed
from apps.reimbursement.constants import OBJECTION_DAYS, STATEMENT_SERIES
from apps.reimbursement.models import Agreement, MonthClose, Statement, StatementLine
from apps.reimbursement.queries.agreements import agreement_name
from apps.reimbursement.schemes import PricedPart
from apps.tenants.queries import current_tenant


def issue_statement(
    *, agreement: Agreement, close: MonthClose, lines: Sequence[Assessed], now: dt.datetime
) -> str:
    """Write an agreement's statement with its lines; returns its number.

    The counter row is touched last: a transaction that fails takes its number back with it.
    """
    ordered = sorted(lines, key=_order)
    amounts = [item.amounts or NOTHING for item in ordered]
    facts = _facts(agreement=agreement, close=close, lines=ordered, now=now)
    number = _next_number(close.month)
    statement = Statement.objects.create(
        number=number,
        agreement=agreement,
        month=close.month,
        issued_at=now,
        energy_wh=sum((item.energy_wh for item in ordered), Decimal(0)),
        amount=sum((a.amount for a in amounts), Decimal(0)),
        untaxed_amount=sum((a.untaxed for a in amounts), Decimal(0)),
        taxable_amount=sum((a.taxable for a in amounts), Decimal(0)),
        facts=facts,
    )
    StatementLine.objects.bulk_create(
        _line(statement, position, item) for position, item in enumerate(ordered, 1)
    )
    record(
        "reimbursement.statement.issued",
        subject=f"statement:{number}",
        after={"amount": str(statement.amount), "lines": len(ordered)},
    )
    emit("reimbursement.statement_issued", statement_id=statement.pk)
    return number


_KINDS = ("regular", "late", "credit", "annulled")


def _order(item: Assessed) -> tuple[int, dt.datetime, int]:
    """Sessions of the month first, then what came late, then what is taken back."""
    return _KINDS.index(item.kind), item.record.started_at, item.cdr.pk


def _next_number(month: dt.date) -> str:
    series = f"{STATEMENT_SERIES}-{month:%Y-%m}"
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO reimbursement_numberseries AS n (series, last) VALUES (%s, 1) "
            "ON CONFLICT (series) DO UPDATE SET last = n.last + 1 RETURNING last",
            [series],
        )
        (last,) = cursor.fetchone()
    return f"{series}-{last:04d}"


def _line(statement: Statement, position: int, item: Assessed) -> StatementLine:
    amounts = item.amounts or NOTHING
    return StatementLine(
        statement=statement,
        position=position,
        cdr=item.cdr,
        link_uid=statement.agreement.link.uid,
        kind=item.kind,
        corrects=item.corrects,
        grade=item.record.grade,
        reasons=list(item.record.reasons),
        energy_wh=item.energy_wh,
        amount=amounts.amount,
        untaxed_amount=amounts.untaxed,
        taxable_amount=amounts.taxable,
        parts=[_part(part) for part in amounts.parts],
    )


def _part(part: PricedPart) -> dict[str, str]:
    return {
        "from": part.begin_at.isoformat(),
        "to": part.end_at.isoformat(),
        "wh": format(part.energy_wh, "f"),
        "version": str(part.version),
        "rate": format(part.rate_eur_per_kwh, "f"),
        "exact": format(part.exact, "f"),
        "amount": format(part.amount, "f"),
    }


def _facts(
    *, agreement: Agreement, close: MonthClose, lines: Sequence[Assessed], now: dt.datetime
) -> dict[str, Any]:
    """Freeze what the document prints beside its lines: names and rates as they are today."""
    employee, tenant = agreement.link.employee, current_tenant()
    bodies = [item.cdr.body for item in lines]
    used = {part.version for item in lines if item.amounts for part in item.amounts.parts}
    return {
        "payer": {"name": tenant.name, "code": tenant.code},
        "employee": {"name": employee.get_short_name(), "email": employee.email},
        "language": "en" if employee.language.startswith("en") else "nl",
        "agreement": agreement_name(agreement.pk),
        "scheme": agreement.scheme,
        "link": str(agreement.link.uid),
        "minimum_grade": agreement.minimum_grade,
        "time_zone": bodies[0]["site"]["time_zone"],
        "requested_by": close.requested_by,
        "requested_at": close.requested_at.isoformat(),
        "objection_until": (now + dt.timedelta(days=OBJECTION_DAYS)).date().isoformat(),
        "rates": [_rate(row) for row in agreement.rates.order_by("version") if row.version in used],
        "stations": _unique(body["station"] for body in bodies),
        "meters": _unique(body["meter"] for body in bodies if body["meter"]),
        "ean": _unique(body["site"]["ean"] for body in bodies if body["site"]["ean"]),
    }


def _rate(row: Any) -> dict[str, Any]:
    return {
        "version": str(row.version),
        "valid_from": row.valid_from.isoformat(),
        "rate": format(row.rate_eur_per_kwh, "f"),
        "untaxed_up_to": None if row.untaxed_up_to is None else format(row.untaxed_up_to, "f"),
        "source": row.source,
    }


def _unique(items: Iterable[Any]) -> list[Any]:
    found: list[Any] = []
    for item in items:
        if item not in found:
            found.append(item)
    return found
