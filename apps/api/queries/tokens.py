"""Reads of API tokens."""

import datetime as dt
import hashlib
import hmac
from dataclasses import dataclass

from django.db.models import Q

from apps.api.constants import TOKEN_PREFIX
from apps.api.models import ApiToken


@dataclass(frozen=True, slots=True)
class TokenFacts:
    """A valid token as plain data; it plays the part of the request's user."""

    id: int
    name: str
    scopes: frozenset[str]
    last_used_at: dt.datetime | None
    is_authenticated: bool = True  # Django REST framework asks its users


def find_token(*, text: str, now: dt.datetime) -> TokenFacts | None:
    """Return the bound tenant's valid token; None if unknown, foreign, expired or revoked."""
    word, _, rest = text.partition("_")
    prefix, _, secret = rest.partition("_")
    if word != TOKEN_PREFIX or not text.isascii() or not prefix.isalnum() or not secret:
        return None
    row = ApiToken.objects.filter(
        Q(expires_at=None) | Q(expires_at__gt=now), prefix=prefix, revoked_at=None
    ).first()
    digest = hashlib.sha256(secret.encode()).digest()
    if row is None or not hmac.compare_digest(digest, bytes(row.secret_hash)):
        return None
    return TokenFacts(row.pk, row.name, frozenset(row.scopes), row.last_used_at)
