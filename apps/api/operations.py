"""Writes of the REST door: tokens, and acts that happen once per idempotency key."""

import datetime as dt
import hashlib
import secrets
from collections.abc import Callable, Sequence
from typing import Any

from django.db.models import Q

from apps.api.constants import IDEMPOTENCY_DAYS, SCOPES, TOKEN_PREFIX
from apps.api.models import ApiToken, IdempotencyKey
from apps.audit.operations import record
from apps.cards.operations import create_id_token, set_blocked
from apps.core import clock
from apps.core.refused import NotFound, Refused
from apps.stations.operations import request_command


def create_token(
    *, name: str, scopes: Sequence[str], now: dt.datetime, expires_at: dt.datetime | None = None
) -> str:
    """Make a token of the bound tenant and return it; it is shown once, its hash is kept.

    :raises Refused: a scope is unknown or none was given, or the end lies in the past.
    """
    wanted = list(dict.fromkeys(scope.strip() for scope in scopes if scope.strip()))
    unknown = [scope for scope in wanted if scope not in SCOPES]
    if unknown or not wanted:
        what = f"{unknown[0]!r} is no scope" if unknown else "Name at least one scope"
        raise Refused("scope_unknown", f"{what}: choose from {', '.join(SCOPES)}.", field="scope")
    if expires_at is not None and expires_at <= now:
        raise Refused("expiry_past", "The token would have expired already.", field="expires")
    prefix, secret = secrets.token_hex(4), secrets.token_urlsafe(32)
    ApiToken.objects.create(
        name=name.strip()[:80] or "API",
        prefix=prefix,
        secret_hash=hashlib.sha256(secret.encode()).digest(),
        scopes=wanted,
        created_at=now,
        expires_at=expires_at,
    )
    record("api.token.created", subject=f"api-token:{prefix}", after={"scopes": wanted})
    return f"{TOKEN_PREFIX}_{prefix}_{secret}"


def revoke_token(*, prefix: str, now: dt.datetime) -> None:
    """End a token of the bound tenant at once.

    :raises NotFound: there is no such valid token.
    """
    if not ApiToken.objects.filter(prefix=prefix, revoked_at=None).update(revoked_at=now):
        raise NotFound(
            "token_unknown",
            f"There is no valid token {prefix}: give what stands between its two underscores.",
            field="prefix",
        )
    record("api.token.revoked", subject=f"api-token:{prefix}")


def touch_token(*, token_id: int, now: dt.datetime) -> None:
    """Note that a token was used, at most once a minute."""
    stale = now - dt.timedelta(minutes=1)
    ApiToken.objects.filter(Q(last_used_at=None) | Q(last_used_at__lte=stale), pk=token_id).update(
        last_used_at=now
    )


def act_once(
    *,
    token_id: int,
    key: str,
    request_hash: bytes,
    act: Callable[[], dict[str, Any]],
    now: dt.datetime,
) -> tuple[dict[str, Any], bool]:
    """Act in the caller's transaction, once per key; returns the result and whether it is a repeat.

    A second request with the key waits for the first one's commit (the unique index) and gets its
    result. A refused act leaves no key behind.

    :raises Refused: the key was used for another request.
    """
    old = now - dt.timedelta(days=IDEMPOTENCY_DAYS)
    IdempotencyKey.objects.filter(created_at__lt=old).delete()
    row, is_new = IdempotencyKey.objects.get_or_create(
        token_id=token_id, key=key, defaults={"request_hash": request_hash, "created_at": now}
    )
    if not is_new and bytes(row.request_hash) != request_hash:
        raise Refused(
            "idempotency_key_reused",
            "This Idempotency-Key was used for another request; choose a new one.",
            field="Idempotency-Key",
        )
    if not is_new:
        return row.result or {}, True
    row.result = act()
    row.save(update_fields=["result"])
    return row.result, False


def order(*, station_id: int, kind: str, args: dict[str, Any], now: dt.datetime) -> dict[str, Any]:
    """Order a station to do something; returns the command's id as plain data."""
    command = request_command(station_id=station_id, kind=kind, args=args, now=now)
    return {"id": str(command.uid)}


def issue_card(**facts: Any) -> dict[str, Any]:
    """Make a card; returns its id as plain data.

    :raises Refused: a fact is not usable; an owner who is nobody here is one of them.
    """
    try:
        return {"id": create_id_token(**facts)}
    except NotFound as error:  # what the body names is wrong input, not a missing address
        raise Refused(error.reason, str(error), field=error.field) from error


def block_card(*, card_id: int, blocked: bool) -> dict[str, Any]:
    """Block a card or let it charge again; returns its id as plain data."""
    set_blocked(card_id=card_id, blocked=blocked, now=clock.now())
    return {"id": card_id}
