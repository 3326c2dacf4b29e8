"""What the next close would do with the records that stand on no statement yet, for the pages.

Nothing is written and no register is claimed: a close may still find a stretch settled elsewhere.
"""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from apps.accounts.queries import list_own_links
from apps.cdrs.models import ReceivedCdr
from apps.reimbursement.assessment import Assessed, assess, covers, list_open
from apps.reimbursement.calculation import Record, read_body
from apps.reimbursement.constants import ALREADY_SETTLED, BLOCKED, NO_AGREEMENT
from apps.reimbursement.models import Agreement, CdrDecision, CloseException
from apps.reimbursement.schemes import PricedPart


@dataclass(frozen=True, slots=True)
class OpenLine:
    """A record that waits: whose it is, its lane, its amount where there is one (EUR, cents)."""

    cdr_pk: int
    body: Mapping[str, Any]
    record: Record
    employee_id: int
    employee: str
    agreement_id: int | None
    kind: str
    lane: str
    reason: str
    energy_wh: Decimal
    amount: Decimal | None
    parts: tuple[PricedPart, ...]


@dataclass(frozen=True, slots=True)
class _Person:
    id: int
    name: str


def list_open_lines(*, until: dt.date, employee_id: int | None = None) -> list[OpenLine]:
    """Return every record of the bound tenant's links that no statement holds yet.

    `until` is the first day of a month: later months are left out, and so is what was declined.
    Oldest end first.
    """
    found: list[OpenLine] = []
    for link in list_own_links():
        if employee_id is None or link.employee_id == employee_id:
            person = _Person(link.employee_id, link.employee.get_short_name())
            cdrs = list_open(link_uid=link.uid, month=until)
            agreements = Agreement.objects.select_related("link").filter(link_id=link.pk)
            found += _of_link(person, list(agreements), cdrs, until=until) if cdrs else []
    return sorted(_with_claims(found), key=lambda line: (line.record.ended_at, line.cdr_pk))


def _of_link(
    person: _Person, agreements: list[Agreement], cdrs: list[ReceivedCdr], *, until: dt.date
) -> list[OpenLine]:
    lines = [
        _line(person, agreement, item)
        for agreement in agreements
        for item in assess(agreement=agreement, cdrs=cdrs, month=until)
    ]
    declined = CdrDecision.objects.filter(cdr__in=[cdr.pk for cdr in cdrs], choice="decline")
    left_out = set(declined.values_list("cdr_id", flat=True))
    for cdr in cdrs:
        record = read_body(cdr.body)
        has_agreement = any(covers(agreement, record.start_date) for agreement in agreements)
        if record.month <= until and not has_agreement and cdr.pk not in left_out:
            lines.append(_homeless(person, cdr, record, until=until))
    return lines


def _line(person: _Person, agreement: Agreement, item: Assessed) -> OpenLine:
    return OpenLine(
        cdr_pk=item.cdr.pk,
        body=item.cdr.body,
        record=item.record,
        employee_id=person.id,
        employee=person.name,
        agreement_id=agreement.pk,
        kind=item.kind,
        lane=item.lane,
        reason=item.reason,
        energy_wh=item.energy_wh,
        amount=item.amounts.amount if item.amounts else None,
        parts=item.amounts.parts if item.amounts else (),
    )


def _homeless(person: _Person, cdr: ReceivedCdr, record: Record, *, until: dt.date) -> OpenLine:
    return OpenLine(
        cdr_pk=cdr.pk,
        body=cdr.body,
        record=record,
        employee_id=person.id,
        employee=person.name,
        agreement_id=None,
        kind="regular" if record.month == until else "late",
        lane=BLOCKED,
        reason=NO_AGREEMENT,
        energy_wh=record.energy_wh or Decimal(0),
        amount=None,
        parts=(),
    )


def _with_claims(lines: list[OpenLine]) -> list[OpenLine]:
    """Block what an earlier close found settled elsewhere: only the close itself can see that."""
    claimed = set(
        CloseException.objects.filter(
            cdr__in=[line.cdr_pk for line in lines], reason=ALREADY_SETTLED, resolved_at=None
        ).values_list("cdr_id", flat=True)
    )
    return [_blocked(line) if line.cdr_pk in claimed else line for line in lines]


def _blocked(line: OpenLine) -> OpenLine:
    return replace(line, lane=BLOCKED, reason=ALREADY_SETTLED, amount=None)
