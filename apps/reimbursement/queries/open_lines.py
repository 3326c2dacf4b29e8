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
from apps.reimbursement.assessment import Assessed, assess, list_open, list_unassigned
from apps.reimbursement.calculation import Record, next_month, read_body
from apps.reimbursement.constants import (
    ALREADY_SETTLED,
    ANNULLED,
    BLOCKED,
    LATE,
    NO_AGREEMENT,
    REGULAR,
)
from apps.reimbursement.models import Agreement, CloseException
from apps.reimbursement.queries.statements import find_last_closed
from apps.reimbursement.schemes import PricedPart


@dataclass(frozen=True, slots=True)
class OpenLine:
    """A record that waits: whose it is, its lane, its energy and its amount (EUR, cents).

    What is not known is None; what is blocked has no amount.
    """

    cdr_pk: int
    body: Mapping[str, Any]
    record: Record
    employee_id: int
    employee: str
    agreement_id: int | None
    kind: str
    lane: str
    reason: str
    energy_wh: Decimal | None
    amount: Decimal | None
    parts: tuple[PricedPart, ...]


def list_open_lines(*, until: dt.date, employee_id: int | None = None) -> list[OpenLine]:
    """Return every record of the bound tenant's links that no statement holds yet.

    `until` is the first day of a month: later months are left out, and so is what was declined
    and a record that its credit cancels out. Oldest end first.
    """
    found = _agreed(employee_id, until) + _homeless(employee_id, until)
    return sorted(_with_claims(found), key=lambda line: (line.record.ended_at, line.cdr_pk))


def list_month_lines(*, month: dt.date) -> list[OpenLine]:
    """Return what the close of a month takes once the earlier open months are closed.

    So a record stands in one month only, and its amount is counted once.
    """
    last = find_last_closed()
    return [line for line in list_open_lines(until=month) if month_of(line, last) == month]


def month_of(line: OpenLine, last_closed: dt.date | None) -> dt.date:
    """Return the month that an open record is for: its own, or the first one that is open."""
    own = line.record.month
    return max(own, next_month(last_closed)) if last_closed else own


def _agreed(employee_id: int | None, until: dt.date) -> list[OpenLine]:
    """Return what the next close would look at."""
    found: list[OpenLine] = []
    agreements = Agreement.objects.select_related("link__employee")
    if employee_id is not None:
        agreements = agreements.filter(link__employee_id=employee_id)
    for agreement in agreements:
        cdrs = list_open(link_uid=agreement.link.uid, month=until)
        items = assess(agreement=agreement, cdrs=cdrs, month=until) if cdrs else []
        found += [_line(agreement, item) for item in items if item.reason or item.kind != ANNULLED]
    return found


def _line(agreement: Agreement, item: Assessed) -> OpenLine:
    return OpenLine(
        cdr_pk=item.cdr.pk,
        body=item.cdr.body,
        record=item.record,
        employee_id=agreement.link.employee_id,
        employee=agreement.link.employee.get_short_name(),
        agreement_id=agreement.pk,
        kind=item.kind,
        lane=item.lane,
        reason=item.reason,
        energy_wh=item.energy_wh if item.record.credit_of else item.record.energy_wh,
        amount=item.amounts.amount if item.amounts and item.lane != BLOCKED else None,
        parts=item.amounts.parts if item.amounts else (),
    )


def _homeless(employee_id: int | None, until: dt.date) -> list[OpenLine]:
    """Return what no agreement covers: nobody can say what it comes to."""
    people = {
        link.uid: (link.employee_id, link.employee.get_short_name())
        for link in list_own_links()
        if employee_id in {None, link.employee_id}
    }
    return [
        _without_agreement(*people[cdr.link_uid], cdr=cdr, until=until)
        for cdr in list_unassigned(month=until)
        if cdr.link_uid in people
    ]


def _without_agreement(
    employee_id: int, employee: str, *, cdr: ReceivedCdr, until: dt.date
) -> OpenLine:
    record = read_body(cdr.body)
    return OpenLine(
        cdr_pk=cdr.pk,
        body=cdr.body,
        record=record,
        employee_id=employee_id,
        employee=employee,
        agreement_id=None,
        kind=REGULAR if record.month == until else LATE,
        lane=BLOCKED,
        reason=NO_AGREEMENT,
        energy_wh=record.energy_wh,
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
