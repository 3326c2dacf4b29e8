"""The month close: a row with a state, one transaction per agreement, resumable, idempotent.

`close_month` runs outside a transaction, bound to the paying tenant. Killed anywhere, it goes on
where it was: an agreement whose statement is there is left alone. `docs/algorithms/close.md`.
"""

import datetime as dt
import logging
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import OperationalError
from django.db.models import Q
from psycopg.errors import DeadlockDetected, SerializationFailure

from apps.audit import actor
from apps.audit.operations import record
from apps.cdrs.models import ReceivedCdr
from apps.core import binding
from apps.core.events import emit
from apps.core.refused import NotFound, Refused
from apps.reimbursement.assessment import Assessed, assess, list_open, list_unassigned
from apps.reimbursement.calculation import month_end, read_body
from apps.reimbursement.constants import (
    ALREADY_SETTLED,
    ANNULLED,
    ATTEMPTS,
    CREDIT,
    NO_AGREEMENT,
    RIGHT,
    STALE,
    WAITING,
)
from apps.reimbursement.models import Agreement, CloseException, MonthClose, Statement
from apps.reimbursement.operations.issuing import issue_statement
from apps.tenants.bridge import run_in_tenant
from apps.tenants.operations import claim_stretch, lock_link
from apps.tenants.queries import current_tenant

log = logging.getLogger(__name__)
State = MonthClose.State


@dataclass(frozen=True, slots=True)
class Closed:
    """What a close came to."""

    month: dt.date
    state: str
    closed_at: dt.datetime | None
    statements: int
    amount: Decimal
    exceptions: int


def request_close(*, month: dt.date, now: dt.datetime) -> str:
    """Ask for the close of a month; returns the state of its close. Asking again changes nothing.

    :raises Refused: the month is not over yet, or a later one is closed already.
    """
    month = month.replace(day=1)
    zone = ZoneInfo(current_tenant().time_zone)
    if month_end(month, zone) > now:
        raise Refused(
            "month_not_over",
            f"{month:%Y-%m} is not over yet: nothing was closed. Close it from "
            f"{month_end(month, zone).astimezone(zone):%Y-%m-%d} on.",
            field="month",
        )
    later = MonthClose.objects.filter(month__gt=month).exclude(state=State.REQUESTED).first()
    close = MonthClose.objects.filter(month=month).first()
    if close is None and later is not None:
        raise Refused(
            "later_month_closed",
            f"{later.month:%Y-%m} is closed already, with what was left of {month:%Y-%m} in it.",
            field="month",
        )
    if close is None:
        who = actor.current()
        close, is_new = MonthClose.objects.get_or_create(
            month=month,
            defaults={
                "requested_by": who.name,
                "requested_by_id": who.id,
                "requested_at": now,
                "touched_at": now,
            },
        )
        if is_new:
            record("reimbursement.month.close_requested", subject=f"month:{month:%Y-%m}")
            emit("reimbursement.close_requested", month=f"{month:%Y-%m}")
    return close.state


def list_stale_closes(*, now: dt.datetime) -> list[str]:
    """Return the months (YYYY-MM) whose close was asked for and gives no sign of life."""
    rows = MonthClose.objects.filter(
        Q(state=State.REQUESTED, touched_at__lt=now - WAITING)
        | Q(state=State.RUNNING, touched_at__lt=now - STALE)
    )
    return [f"{row.month:%Y-%m}" for row in rows]


def close_month(*, month: dt.date, now: dt.datetime) -> Closed:
    """Close a requested month, agreement by agreement; an exception never stops the others.

    Earlier months that were asked for come first.

    :raises NotFound: nobody asked for this close.
    """
    month, schema = month.replace(day=1), binding.require()
    for earlier in run_in_tenant(schema, _open_closes, before=month):
        close_month(month=earlier, now=now)
    if run_in_tenant(schema, _begin, month=month, now=now):
        for agreement_id in run_in_tenant(schema, _open_agreements, month=month):
            _close_agreement_again(agreement_id=agreement_id, month=month, now=now)
        run_in_tenant(schema, _note_unassigned, month=month, now=now)
        run_in_tenant(schema, _finish, month=month, now=now)
    return run_in_tenant(schema, _summary, month=month)


def _open_closes(*, before: dt.date) -> list[dt.date]:
    rows = MonthClose.objects.filter(month__lt=before).exclude(state=State.CLOSED)
    return list(rows.values_list("month", flat=True))


def _begin(*, month: dt.date, now: dt.datetime) -> bool:
    close = MonthClose.objects.select_for_update().filter(month=month).first()
    if close is None:
        raise NotFound("close_unknown", f"Nobody asked to close {month:%Y-%m}.", field="month")
    if close.state == State.CLOSED:
        return False
    close.state, close.touched_at = State.RUNNING, now
    close.save(update_fields=["state", "touched_at"])
    return True


def _open_agreements(*, month: dt.date) -> list[int]:
    done = Statement.objects.filter(month=month).values("agreement_id")
    return list(Agreement.objects.exclude(pk__in=done).order_by("pk").values_list("pk", flat=True))


def _close_agreement_again(*, agreement_id: int, month: dt.date, now: dt.datetime) -> None:
    """Close one agreement; two tenants that claim crosswise can deadlock: the loser tries again."""
    for attempt in range(1, ATTEMPTS + 1):
        try:
            run_in_tenant(
                binding.require(),
                close_agreement,
                agreement_id=agreement_id,
                month=month,
                now=now,
            )
        except OperationalError as error:
            is_chance = isinstance(error.__cause__, DeadlockDetected | SerializationFailure)
            if not is_chance or attempt == ATTEMPTS:
                raise
            log.warning("agreement %s met a deadlock, attempt %s", agreement_id, attempt)
        else:
            return


def close_agreement(*, agreement_id: int, month: dt.date, now: dt.datetime) -> str:
    """Settle one agreement's month in the caller's transaction; returns the statement's number.

    An empty text: there is a statement already, or nothing to settle.
    """
    agreement = (
        Agreement.objects.select_for_update(of=("self",))
        .select_related("link__employee")
        .get(pk=agreement_id)
    )
    lock_link(link=str(agreement.link.uid))
    _touch(month=month, now=now)
    if Statement.objects.filter(agreement=agreement, month=month).exists():
        return ""
    found = assess(
        agreement=agreement, cdrs=list_open(link_uid=agreement.link.uid, month=month), month=month
    )
    found = _claim(found)
    _note_exceptions(agreement=agreement, found=found, now=now)
    lines = [item for item in found if not item.reason]
    if all(item.kind == ANNULLED for item in lines):
        return ""  # nothing but pairs that cancel out: they wait for a statement to stand on
    close = MonthClose.objects.get(month=month)
    return issue_statement(agreement=agreement, close=close, lines=lines, now=now)


def _touch(*, month: dt.date, now: dt.datetime) -> None:
    MonthClose.objects.filter(month=month).exclude(state=State.CLOSED).update(touched_at=now)


def _claim(found: Sequence[Assessed]) -> list[Assessed]:
    """Claim each line's stretch of its meter's register, in one order for all tenants."""
    order = sorted(range(len(found)), key=lambda n: _claim_key(found[n]))
    result = list(found)
    for n in order:
        item = found[n]
        if item.reason or item.kind in {CREDIT, ANNULLED}:
            continue
        try:
            _claim_one(item)
        except Refused as refusal:
            result[n] = item.refused(refusal.reason)
    return result


def _claim_key(item: Assessed) -> tuple[str, Decimal]:
    return item.record.meter_uid, item.record.begin_wh or Decimal(0)


def _claim_one(item: Assessed) -> None:
    record = item.record
    if record.begin_wh is None or record.end_wh is None:
        raise Refused(ALREADY_SETTLED)  # never here: such a record has a reason
    claim_stretch(
        meter_uid=UUID(record.meter_uid),
        right=RIGHT,
        begin_wh=record.begin_wh,
        end_wh=record.end_wh,
        issuer=record.issuer,
        cdr_id=record.cdr_id,
    )


def _note_exceptions(
    *, agreement: Agreement | None, found: Sequence[Assessed], now: dt.datetime
) -> None:
    for item in found:
        if item.reason:
            _note(cdr=item.cdr, agreement=agreement, reason=item.reason, now=now)
    settled = [item.cdr.pk for item in found if not item.reason]
    CloseException.objects.filter(cdr__in=settled, resolved_at=None).update(resolved_at=now)


def _note(*, cdr: ReceivedCdr, agreement: Agreement | None, reason: str, now: dt.datetime) -> None:
    row, is_new = CloseException.objects.get_or_create(
        cdr=cdr, defaults={"agreement": agreement, "reason": reason, "first_seen_at": now}
    )
    if not is_new and (row.reason, row.agreement, row.resolved_at) != (reason, agreement, None):
        row.reason, row.agreement, row.resolved_at = reason, agreement, None
        row.save(update_fields=["reason", "agreement", "resolved_at"])


def _note_unassigned(*, month: dt.date, now: dt.datetime) -> int:
    rows = list_unassigned(month=month)
    for cdr in rows:
        _note(cdr=cdr, agreement=None, reason=NO_AGREEMENT, now=now)
    return len(rows)


def _finish(*, month: dt.date, now: dt.datetime) -> None:
    close = MonthClose.objects.select_for_update().get(month=month)
    if close.state == State.CLOSED:
        return
    close.state, close.closed_at, close.touched_at = State.CLOSED, now, now
    close.save(update_fields=["state", "closed_at", "touched_at"])
    summary = _summary(month=month)
    record(
        "reimbursement.month.closed",
        subject=f"month:{month:%Y-%m}",
        after={"statements": summary.statements, "amount": str(summary.amount)},
    )
    emit("reimbursement.changed", month=f"{month:%Y-%m}")


def _summary(*, month: dt.date) -> Closed:
    close = MonthClose.objects.get(month=month)
    amounts = list(Statement.objects.filter(month=month).values_list("amount", flat=True))
    return Closed(
        month=month,
        state=close.state,
        closed_at=close.closed_at,
        statements=len(amounts),
        amount=sum(amounts, Decimal(0)),
        exceptions=sum(1 for _ in _exceptions_until(month)),
    )


def _exceptions_until(month: dt.date) -> Iterator[CloseException]:
    for row in CloseException.objects.select_related("cdr").filter(resolved_at=None):
        if read_body(row.cdr.body).month <= month:
            yield row
