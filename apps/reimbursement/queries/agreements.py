"""Agreements with their rates."""

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from apps.reimbursement.models import Agreement


@dataclass(frozen=True, slots=True)
class RateRow:
    """A rate from a local date on."""

    version: int
    valid_from: dt.date
    rate_eur_per_kwh: Decimal
    untaxed_up_to: Decimal | None
    source: str
    entered_by: str


@dataclass(frozen=True, slots=True)
class AgreementRow:
    """What is agreed for one payer link; `until` is excluded."""

    id: int
    name: str  # as printed: OV-0001
    link_uid: UUID
    link_state: str
    employee_id: int
    employee: str
    scheme: str
    valid_from: dt.date | None
    until: dt.date | None
    minimum_grade: str
    rates: list[RateRow]  # oldest first


def list_agreements(*, employee_id: int | None = None) -> list[AgreementRow]:
    """Return the agreements of the bound tenant, or of one employee."""
    rows = Agreement.objects.select_related("link__employee").prefetch_related("rates")
    if employee_id is not None:
        rows = rows.filter(link__employee_id=employee_id)
    return [_row(row) for row in rows.order_by("pk")]


def agreement_name(agreement_id: int) -> str:
    """Return what a document calls an agreement."""
    return f"OV-{agreement_id:04d}"


def _row(agreement: Agreement) -> AgreementRow:
    return AgreementRow(
        id=agreement.pk,
        name=agreement_name(agreement.pk),
        link_uid=agreement.link.uid,
        link_state=agreement.link.state,
        employee_id=agreement.link.employee_id,
        employee=agreement.link.employee.get_short_name(),
        scheme=agreement.scheme,
        valid_from=agreement.period.lower,
        until=agreement.period.upper,
        minimum_grade=agreement.minimum_grade,
        rates=[
            RateRow(
                row.version,
                row.valid_from,
                row.rate_eur_per_kwh,
                row.untaxed_up_to,
                row.source,
                row.entered_by,
            )
            for row in agreement.rates.all()
        ],
    )
