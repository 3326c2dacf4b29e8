"""Why this amount: from the line down to the frames that its record carries.

Everything here comes from the received record, the line and the agreement's rates. Sessions and
frames of the managing tenant are never read: the paying tenant does not have them.
"""

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import QuerySet

from apps.cdrs.models import ReceivedCdr
from apps.core.refused import NotFound
from apps.reimbursement.assessment import assess
from apps.reimbursement.models import Agreement, AgreementRate, StatementLine
from apps.reimbursement.queries.entries import Entry, from_line, list_open_entries
from apps.reimbursement.schemes import PricedPart


@dataclass(frozen=True, slots=True)
class WhyPart:
    """A priced part with the version of the rate that priced it; `exact` is not rounded."""

    begin_at: dt.datetime
    end_at: dt.datetime
    energy_wh: Decimal
    rate_eur_per_kwh: Decimal
    exact: Decimal
    amount: Decimal
    version: int
    valid_from: dt.date | None
    source: str
    entered_by: str


@dataclass(frozen=True, slots=True)
class Related:
    """Another line: the one this takes back, or one that took this back."""

    statement: str
    position: int
    amount: Decimal


@dataclass(frozen=True, slots=True)
class Why:
    """An amount and all that it stands on; the last step is `body["frames"]`."""

    entry: Entry
    parts: list[WhyPart]
    exact: Decimal | None
    taxable: Decimal | None
    minimum_grade: str
    scheme: str
    body: dict[str, Any]  # the record: registers, meter, quarter hours, frames
    digest: str  # SHA-256 of the record's canonical body
    received_at: dt.datetime
    decided_at: dt.datetime | None
    corrects: Related | None
    corrected_by: list[Related]


def get_why(*, number: str, position: int, employee_id: int | None = None) -> Why:
    """Explain a line of a statement; with an employee only their own.

    :raises NotFound: there is no such line, or it is somebody else's.
    """
    rows = _lines().filter(statement__number=number, position=position)
    if employee_id is not None:
        rows = rows.filter(statement__agreement__link__employee_id=employee_id)
    line = rows.first()
    if line is None:
        raise NotFound("line_unknown", "There is no such line.", field="position")
    return _explain(line)


def list_why(*, statement_id: int) -> list[Why]:
    """Explain every line of a statement, in its order."""
    return [_explain(line) for line in _lines().filter(statement_id=statement_id)]


def _lines() -> QuerySet[StatementLine]:
    return (
        StatementLine.objects.select_related(
            "statement__agreement__link__employee", "cdr", "cdr__decision", "corrects__statement"
        )
        .prefetch_related("corrected_by__statement", "statement__agreement__rates")
        .order_by("statement", "position")
    )


def _explain(line: StatementLine) -> Why:
    agreement = line.statement.agreement
    parts = [_frozen(part, _rates(agreement)) for part in line.parts]
    return Why(
        entry=from_line(line),
        parts=parts,
        exact=sum((part.exact for part in parts), Decimal(0)) if parts else None,
        taxable=line.taxable_amount,
        minimum_grade=agreement.minimum_grade,
        scheme=agreement.scheme,
        body=line.cdr.body,
        digest=bytes(line.cdr.digest).hex(),
        received_at=line.cdr.received_at,
        decided_at=_decided_at(line.cdr),
        corrects=None if line.corrects is None else _related(line.corrects),
        corrected_by=[_related(row) for row in line.corrected_by.all()],
    )


def get_open_why(*, cdr_pk: int, month: dt.date, employee_id: int | None = None) -> Why:
    """Explain what a close of the month would do with an open record: provisional.

    :raises NotFound: the record is not open, or it is somebody else's.
    """
    entries = list_open_entries(month=month, employee_id=employee_id)
    entry = next((e for e in entries if e.cdr_pk == cdr_pk), None)
    if entry is None or entry.agreement_id is None:
        raise NotFound("session_unknown", "There is no such session here.", field="cdr")
    agreement = Agreement.objects.select_related("link").get(pk=entry.agreement_id)
    cdr = ReceivedCdr.objects.get(pk=cdr_pk)
    found = assess(agreement=agreement, cdrs=[cdr], month=month)
    amounts = found[0].amounts if found else None
    parts = [] if amounts is None else [_priced(p, _rates(agreement)) for p in amounts.parts]
    return Why(
        entry=entry,
        parts=parts,
        exact=sum((part.exact for part in parts), Decimal(0)) if parts else None,
        taxable=None if amounts is None else amounts.taxable,
        minimum_grade=agreement.minimum_grade,
        scheme=agreement.scheme,
        body=cdr.body,
        digest=bytes(cdr.digest).hex(),
        received_at=cdr.received_at,
        decided_at=_decided_at(cdr),
        corrects=None,
        corrected_by=[],
    )


def _decided_at(cdr: ReceivedCdr) -> dt.datetime | None:
    decision = getattr(cdr, "decision", None)
    return None if decision is None else decision.decided_at


def _rates(agreement: Agreement) -> dict[int, AgreementRate]:
    return {row.version: row for row in agreement.rates.all()}


def _related(line: StatementLine) -> Related:
    return Related(line.statement.number, line.position, line.amount)


def _frozen(part: dict[str, str], rates: dict[int, AgreementRate]) -> WhyPart:
    """Read a part as it was printed; only who entered the rate comes from the rate's own row."""
    row = rates.get(int(part["version"]))
    return WhyPart(
        begin_at=dt.datetime.fromisoformat(part["from"]),
        end_at=dt.datetime.fromisoformat(part["to"]),
        energy_wh=Decimal(part["wh"]),
        rate_eur_per_kwh=Decimal(part["rate"]),
        exact=Decimal(part["exact"]),
        amount=Decimal(part["amount"]),
        version=int(part["version"]),
        valid_from=None if row is None else row.valid_from,
        source="" if row is None else row.source,
        entered_by="" if row is None else row.entered_by,
    )


def _priced(part: PricedPart, rates: dict[int, AgreementRate]) -> WhyPart:
    row = rates[part.version]
    return WhyPart(
        begin_at=part.begin_at,
        end_at=part.end_at,
        energy_wh=part.energy_wh,
        rate_eur_per_kwh=part.rate_eur_per_kwh,
        exact=part.exact,
        amount=part.amount,
        version=part.version,
        valid_from=row.valid_from,
        source=row.source,
        entered_by=row.entered_by,
    )
