"""One row per session, settled or not: what every money page lists."""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from apps.cdrs.models import ReceivedCdr
from apps.reimbursement.assessment import Assessed, assess, list_open
from apps.reimbursement.calculation import read_body
from apps.reimbursement.constants import (
    ALREADY_SETTLED,
    ANNULLED,
    BLOCKED,
    LATE,
    NO_AGREEMENT,
    READY,
    REGULAR,
)
from apps.reimbursement.models import Agreement, CdrDecision, CloseException, StatementLine
from apps.reimbursement.queries.open_records import list_unassigned

SETTLED = "settled"


@dataclass(frozen=True, slots=True)
class Entry:
    """A session in money's eyes.

    `lane` is settled, ready, review or blocked; `reason` says why it is not paid as it stands;
    `amount` is None when it is not known: never zero for unknown. Moments are UTC, `time_zone` is
    the site's.
    """

    cdr_pk: int
    cdr_id: str
    issuer: str
    agreement_id: int | None
    employee_id: int | None
    employee: str
    station: str
    started_at: dt.datetime
    ended_at: dt.datetime
    time_zone: str
    begin_wh: Decimal | None
    end_wh: Decimal | None
    energy_wh: Decimal | None
    grade: str
    reasons: tuple[str, ...]
    kind: str
    lane: str
    reason: str
    amount: Decimal | None
    untaxed: Decimal | None
    rates: tuple[Decimal, ...]  # one per priced part
    is_interpolated: bool
    statement: str = ""  # number, when settled
    position: int | None = None
    decision: str = ""
    decided_by: str = ""
    decision_reason: str = ""


def _common(cdr: ReceivedCdr, agreement: Agreement | None) -> dict[str, Any]:
    record, body = read_body(cdr.body), cdr.body
    return {
        "cdr_pk": cdr.pk,
        "cdr_id": cdr.cdr_id,
        "issuer": cdr.issuer,
        "agreement_id": None if agreement is None else agreement.pk,
        "employee_id": None if agreement is None else agreement.link.employee_id,
        "employee": "" if agreement is None else agreement.link.employee.get_short_name(),
        "station": body["station"]["identity"],
        "started_at": record.started_at,
        "ended_at": record.ended_at,
        "time_zone": record.zone.key,
        "begin_wh": record.begin_wh,
        "end_wh": record.end_wh,
        "grade": record.grade,
        "reasons": record.reasons,
        "is_interpolated": record.is_interpolated,
    }


def _decided(decision: CdrDecision | None) -> dict[str, Any]:
    if decision is None:
        return {}
    return {
        "decision": decision.choice,
        "decided_by": decision.decided_by,
        "decision_reason": decision.reason,
    }


def from_line(line: StatementLine) -> Entry:
    """Read a settled line (with its cdr, statement and agreement)."""
    return Entry(
        **_common(line.cdr, line.statement.agreement),
        **_decided(getattr(line.cdr, "decision", None)),
        energy_wh=line.energy_wh,
        kind=line.kind,
        lane=SETTLED,
        reason="",
        amount=line.amount,
        untaxed=line.untaxed_amount,
        rates=tuple(Decimal(part["rate"]) for part in line.parts),
        statement=line.statement.number,
        position=line.position,
    )


def _from_assessed(
    item: Assessed, agreement: Agreement, *, claimed: Mapping[int, str], said: Mapping[int, Any]
) -> Entry:
    lane, reason = item.lane, item.reason
    if lane == READY and claimed.get(item.cdr.pk) == ALREADY_SETTLED:
        lane, reason = BLOCKED, ALREADY_SETTLED  # a close tried it; the next one tries again
    amounts = None if lane == BLOCKED else item.amounts
    return Entry(
        **_common(item.cdr, agreement),
        **_decided(said.get(item.cdr.pk)),
        energy_wh=item.energy_wh,
        kind=item.kind,
        lane=lane,
        reason=reason,
        amount=None if amounts is None else amounts.amount,
        untaxed=None if amounts is None else amounts.untaxed,
        rates=() if amounts is None else tuple(p.rate_eur_per_kwh for p in amounts.parts),
    )


def _unassigned(cdr: ReceivedCdr, month: dt.date) -> Entry:
    record = read_body(cdr.body)
    return Entry(
        **_common(cdr, None),
        energy_wh=record.energy_wh,
        kind=REGULAR if record.month == month else LATE,
        lane=BLOCKED,
        reason=NO_AGREEMENT,
        amount=None,
        untaxed=None,
        rates=(),
    )


def list_open_entries(*, month: dt.date, employee_id: int | None = None) -> list[Entry]:
    """Return what no statement carries yet and ended by the month's end, oldest first.

    Pairs of a record and its credit that cancel out are left out, and so is what was declined.
    """
    found: list[Entry] = []
    agreements = Agreement.objects.select_related("link__employee").order_by("pk")
    if employee_id is not None:
        agreements = agreements.filter(link__employee_id=employee_id)
    for agreement in agreements:
        found += _of_agreement(agreement, month)
    if employee_id is None:
        found += [_unassigned(cdr, month) for cdr in list_unassigned(month=month)]
    return sorted(found, key=lambda entry: (entry.started_at, entry.cdr_pk))


def _of_agreement(agreement: Agreement, month: dt.date) -> list[Entry]:
    cdrs = list_open(link_uid=agreement.link.uid, month=month)
    if not cdrs:
        return []
    pks = [cdr.pk for cdr in cdrs]
    notes = CloseException.objects.filter(cdr__in=pks, resolved_at=None)
    claimed = dict(notes.values_list("cdr_id", "reason"))
    said = {row.cdr_id: row for row in CdrDecision.objects.filter(cdr__in=pks)}
    return [
        _from_assessed(item, agreement, claimed=claimed, said=said)
        for item in assess(agreement=agreement, cdrs=cdrs, month=month)
        if item.kind != ANNULLED or item.reason
    ]


def list_lines(*, statement_ids: Iterable[int]) -> Sequence[Entry]:
    """Return the settled lines of statements, in their order."""
    rows = StatementLine.objects.filter(statement__in=list(statement_ids)).select_related(
        "statement__agreement__link__employee", "cdr", "cdr__decision"
    )
    return [from_line(line) for line in rows.order_by("statement", "position")]
