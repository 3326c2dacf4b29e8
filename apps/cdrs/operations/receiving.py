"""Take records in: the paying tenant's side."""

import datetime as dt
import uuid

from apps.accounts.queries import list_own_links
from apps.cdrs.constants import BODY_VERSION, DIFFERS, UNKNOWN_VERSION
from apps.cdrs.models import ReceivedCdr, ReceivedConflict
from apps.cdrs.records import Body, digest_of
from apps.core.events import emit
from apps.core.refused import Refused
from apps.tenants.operations import lock_link, release_stretch
from apps.tenants.queries import current_tenant


def receive_cdr(*, body: Body, now: dt.datetime) -> str:
    """Take a record into the bound tenant's inbox; a credit frees its stretch at once.

    Returns `new`, `held` (the same record again), `content_differs` (the first stays, this one is
    kept beside it) or `unknown_version` (kept, never guessed).

    :raises Refused: the record names a link that is not this tenant's, or lacks a field.
    """
    if body.get("v") != BODY_VERSION:
        return _keep_conflict(body=body, kind=UNKNOWN_VERSION, now=now)
    try:
        row = ReceivedCdr(
            issuer=body["issuer"],
            cdr_id=body["id"],
            credit_of=body["credit_of"],
            link_uid=None if body["link"] is None else uuid.UUID(body["link"]),
            body=body,
            digest=digest_of(body),
            ended_at=dt.datetime.fromisoformat(body["ended_at"]),
            received_at=now,
        )
    except (KeyError, TypeError, ValueError) as error:
        raise Refused("cdr_malformed", f"The record lacks a usable field: {error}") from error
    _check_link(row)
    lock_link(link=str(row.link_uid))
    return _keep(row=row, now=now)


def _check_link(row: ReceivedCdr) -> None:
    """Refuse another's link; a record without one stays with its issuer."""
    if row.link_uid is None:
        is_ours = row.issuer == current_tenant().code
    else:
        is_ours = list_own_links().filter(uid=row.link_uid).exists()
    if not is_ours:
        raise Refused("link_not_ours", "This record is for another payer.")


def _keep(*, row: ReceivedCdr, now: dt.datetime) -> str:
    known = ReceivedCdr.objects.filter(issuer=row.issuer, cdr_id=row.cdr_id)
    is_new = not known.exists()
    if is_new:
        ReceivedCdr.objects.bulk_create([row], ignore_conflicts=True)
    if bytes(known.get().digest) != row.digest:
        return _keep_conflict(body=row.body, kind=DIFFERS, now=now)
    if not is_new:
        return "held"
    if row.credit_of:
        release_stretch(issuer=row.issuer, cdr_id=row.credit_of, now=now)
    emit("cdrs.delivered", cdr_id=row.cdr_id)
    return "new"


def _keep_conflict(*, body: Body, kind: str, now: dt.datetime) -> str:
    row = ReceivedConflict(
        issuer=str(body.get("issuer", ""))[:63],
        cdr_id=str(body.get("id", ""))[:39],
        kind=kind,
        body=body,
        digest=digest_of(body),
        received_at=now,
    )
    ReceivedConflict.objects.bulk_create([row], ignore_conflicts=True)
    emit("cdrs.delivered", cdr_id=row.cdr_id)
    return kind
