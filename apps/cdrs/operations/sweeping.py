"""What beat sweeps: due sessions become records, due records reach their payer."""

import datetime as dt
import logging

from django.db import DatabaseError, connection

from apps.cdrs.constants import BATCH, FIRST_RETRY, LATEST_RETRY, LOCK_TIMEOUT, SETTLE_RETRY
from apps.cdrs.models import Delivery
from apps.cdrs.operations.issuing import settle_session
from apps.cdrs.operations.receiving import receive_cdr
from apps.cdrs.records import Body
from apps.core import binding
from apps.core.refused import Refused
from apps.sessions.models import Session
from apps.tenants.bridge import run_in_tenant

log = logging.getLogger(__name__)


def settle_due(*, now: dt.datetime) -> int:
    """Settle the bound tenant's closed sessions that are due, each in its own transaction.

    One that fails is logged, left closed and tried again later; the others go on.
    """
    schema = binding.require()
    done = 0
    for session_id in run_in_tenant(schema, _due_sessions, now=now):
        try:
            run_in_tenant(schema, settle_session, session_id=session_id, now=now)
        except (DatabaseError, ArithmeticError, LookupError, ValueError, Refused):
            log.exception("session %s could not be settled", session_id)
            run_in_tenant(schema, _postpone, session_id=session_id, until=now + SETTLE_RETRY)
        else:
            done += 1
    return done


def _due_sessions(*, now: dt.datetime) -> list[int]:
    due = Session.objects.filter(state=Session.State.CLOSED, settle_due_at__lte=now)
    return list(due.order_by("settle_due_at", "pk").values_list("pk", flat=True)[:BATCH])


def _postpone(*, session_id: int, until: dt.datetime) -> None:
    Session.objects.filter(pk=session_id, state=Session.State.CLOSED).update(settle_due_at=until)


def deliver_due(*, now: dt.datetime) -> int:
    """Deliver the bound tenant's due records; returns how many arrived.

    Three short transactions each, no lock across them: read (here), receive (bound to the payer),
    mark (here). Killed between the last two, it delivers again, and the receiver holds it already.
    """
    issuer = binding.require()
    done = 0
    for delivery_id, receiver, attempts, body in run_in_tenant(issuer, _due, now=now):
        try:
            run_in_tenant(receiver, _hand_over, body=body, now=now)
        except (DatabaseError, LookupError, Refused) as error:
            pause = min(FIRST_RETRY * 2 ** min(attempts, 10), LATEST_RETRY)
            reason = error.reason if isinstance(error, Refused) else type(error).__name__
            changes = {"due_at": now + pause, "last_error": reason[:80]}
        else:
            changes = {"delivered_at": now, "last_error": ""}
            done += 1
        changes["attempts"] = attempts + 1
        run_in_tenant(issuer, _mark, delivery_id=delivery_id, changes=changes)
    return done


def _due(*, now: dt.datetime) -> list[tuple[int, str, int, Body]]:
    rows = Delivery.objects.filter(delivered_at=None, due_at__lte=now).order_by("due_at", "pk")
    return list(rows.values_list("pk", "receiver__schema_name", "attempts", "cdr__body")[:BATCH])


def _hand_over(*, body: Body, now: dt.datetime) -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('lock_timeout', %s, true)", [LOCK_TIMEOUT])
    return receive_cdr(body=body, now=now)


def _mark(*, delivery_id: int, changes: dict[str, object]) -> None:
    Delivery.objects.filter(pk=delivery_id, delivered_at=None).update(**changes)
