"""Station identities and their keys: one canonical form, fast hashes of random keys (pure)."""

import hashlib
import hmac
import re
import secrets

# 1-48 printable ASCII characters without `: / % \`; a space is legal (`RDAM 123`).
_LEGAL = re.compile(r"(?=.{1,48}\Z)[!-~](?:[ -~]*[!-~])?")
_FORBIDDEN = frozenset(":/%\\")
KEY_BYTES = 20


def canonical_identity(raw: str) -> str | None:
    """Return the trimmed identity, or None when it is no legal one."""
    identity = raw.strip(" ")
    if not _LEGAL.fullmatch(identity) or _FORBIDDEN & set(identity):
        return None
    return identity


def identity_key(identity: str) -> str:
    """Return what identities are compared by."""
    return identity.casefold()


def new_key() -> str:
    """Make a station key: 20 random bytes as 40 hex digits (AuthorizationKey)."""
    return secrets.token_hex(KEY_BYTES)


def hash_key(*, pepper: str, salt: bytes, key: bytes) -> bytes:
    """Hash the bytes of a key; fast, since the key is random (PBKDF2 would cost 0.35 s each)."""
    return hmac.new(pepper.encode(), salt + key, hashlib.sha256).digest()


def key_matches(*, pepper: str, salt: bytes, wanted: bytes, password: bytes) -> bool:
    """Compare a Basic password in its three forms: raw bytes, hex text in any case, literal.

    The stored hash is of the key's hex text in lower case when the key is hex, else of its bytes.
    """
    forms = {password, password.lower(), password.hex().encode()}
    hits = [
        hmac.compare_digest(hash_key(pepper=pepper, salt=salt, key=form), wanted)
        for form in sorted(forms)
    ]
    return any(hits)
