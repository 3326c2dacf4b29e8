"""Decisions of people on exceptions."""

import datetime as dt

from django.db import IntegrityError, transaction

from apps.audit import actor
from apps.audit.operations import record
from apps.cdrs.models import ReceivedCdr
from apps.core.refused import NotFound, Refused
from apps.reimbursement.constants import DECLINE, PAY, REVIEWED
from apps.reimbursement.models import CdrDecision, CloseException, StatementLine


def decide(*, cdr_pk: int, choice: str, reason: str, now: dt.datetime) -> None:
    """Pay or decline a record that is no line yet; decided once, by the acting person.

    A record that is to be paid becomes a line of the next close.

    :raises NotFound: there is no such record.
    :raises Refused: the choice cannot be made, lacks a reason or a person, or was made before.
    """
    cdr = ReceivedCdr.objects.filter(pk=cdr_pk).first()
    if cdr is None:
        raise NotFound("cdr_unknown", "There is no such session.", field="cdr")
    who = actor.current()
    _check(cdr=cdr, choice=choice, reason=reason, name=who.name)
    try:
        with transaction.atomic():
            CdrDecision.objects.create(
                cdr=cdr,
                choice=choice,
                reason=reason.strip(),
                decided_by=who.name,
                decided_by_id=who.id,
                decided_at=now,
            )
    except IntegrityError as error:
        raise Refused(
            "decided_before", "Somebody has decided on this session already.", field="choice"
        ) from error
    if choice == DECLINE:
        CloseException.objects.filter(cdr=cdr, resolved_at=None).update(resolved_at=now)
    record(
        "reimbursement.exception.decided",
        subject=f"cdr:{cdr.cdr_id}",
        after={"choice": choice, "reason": reason.strip()},
    )


def _check(*, cdr: ReceivedCdr, choice: str, reason: str, name: str) -> None:
    if choice not in {PAY, DECLINE}:
        raise Refused("choice_unknown", "Choose pay or decline.", field="choice")
    if not reason.strip():
        raise Refused("reason_empty", "Say why, in a sentence.", field="reason")
    if not name:
        raise Refused("person_missing", "A decision needs the name of a person.", field="choice")
    if StatementLine.objects.filter(cdr=cdr).exists():
        raise Refused("settled_already", "This session is on a statement already.", field="cdr")
    if choice == PAY and f"grade_{cdr.body['grade']}" not in REVIEWED:
        raise Refused("grade_e", "A session of grade E is never paid.", field="choice")
