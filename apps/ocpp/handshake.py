"""Before the upgrade: who is this, may it in, and in which version (nothing here writes)."""

import base64
import binascii
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote_to_bytes

from django.conf import settings

from apps.tenants.identities import canonical_identity, identity_key, key_matches
from apps.tenants.queries import StationAddress


@dataclass(frozen=True, slots=True)
class Caller:
    """What an upgrade request says of itself."""

    identity: str
    key: str
    user: str
    password: bytes | None
    address: str
    subprotocols: list[str]


class RefusedUpgradeError(Exception):
    """The upgrade is answered with an HTTP status."""

    def __init__(self, status: int, *, retry_after_s: int = 0) -> None:
        super().__init__(status)
        self.status = status
        self.retry_after_s = retry_after_s

    @property
    def headers(self) -> list[tuple[bytes, bytes]]:
        """The headers that belong to the status."""
        if self.status == 401:
            return [(b"www-authenticate", b'Basic realm="laadboek", charset="UTF-8"')]
        if self.retry_after_s:
            return [(b"retry-after", str(self.retry_after_s).encode())]
        return []


def read_caller(scope: dict[str, Any]) -> Caller:
    """Read identity, credentials and subprotocols.

    :raises RefusedUpgradeError: the path holds no legal identity (404).
    """
    identity = identity_of(scope["raw_path"])
    if identity is None:
        raise RefusedUpgradeError(404)
    user, password = _credentials(scope["headers"])
    client = scope.get("client")
    return Caller(
        identity=identity,
        key=identity_key(identity),
        user=user,
        password=password,
        address=str(client[0]) if client else "",
        subprotocols=[str(name) for name in scope.get("subprotocols", [])],
    )


def identity_of(raw_path: bytes) -> str | None:
    """Return the identity: the last non-empty segment, decoded after splitting; None: not legal."""
    segments = [part for part in raw_path.split(b"?")[0].split(b"/") if part]
    if not segments:
        return None
    try:
        return canonical_identity(unquote_to_bytes(segments[-1]).decode("ascii"))
    except UnicodeDecodeError:
        return None


def _credentials(headers: list[tuple[bytes, bytes]]) -> tuple[str, bytes | None]:
    found = [value for name, value in headers if name.lower() == b"authorization"]
    if len(found) != 1 or found[0][:6].lower() != b"basic ":
        return "", None
    try:
        plain = base64.b64decode(found[0][6:].strip(), validate=True)
    except (binascii.Error, ValueError):
        return "", None
    user, colon, password = plain.partition(b":")  # an identity has no colon, a raw key may
    return (user.decode("latin1"), password) if colon and password else ("", None)


def check_caller(caller: Caller, address: StationAddress | None) -> None:
    """Decide whether the caller is the station it says it is.

    :raises RefusedUpgradeError: unknown (404) or not proven (401).
    """
    if address is None or address.is_blocked:
        raise RefusedUpgradeError(404)
    if address.security_profile == 0:
        return  # an exception that a person made for this one station
    same_name = canonical_identity(caller.user)
    is_named = same_name is not None and identity_key(same_name) == caller.key
    is_right = key_matches(
        pepper=settings.STATION_KEY_PEPPER,
        salt=address.key_salt,
        wanted=address.key_hash,
        password=caller.password or b"",
    )
    if not (caller.password and is_named and is_right):
        raise RefusedUpgradeError(401)
