"""Id tokens: one spelling, one mask, and outside their tenant only as a keyed hash."""

import hashlib
import hmac
import re

from django.conf import settings

_SEPARATORS = re.compile(r"[\s:\-]")
_PREFIXED_HEX = re.compile(r"0x[0-9a-f]+")
KEY_ID = 1  # which pepper made a hash; rotation re-hashes from the payer's own token list


def normalise_token(token: str) -> str:
    """Return the one spelling of a token: no separators, no `0x` before hex, casefolded."""
    bare = _SEPARATORS.sub("", token).casefold()
    return bare[2:] if _PREFIXED_HEX.fullmatch(bare) else bare


def token_hmac(token: str) -> bytes:
    """Return what public tables hold of a token."""
    key = settings.TOKEN_PEPPER.encode()
    return hmac.new(key, normalise_token(token).encode(), hashlib.sha256).digest()


def mask_token(token: str) -> str:
    """Return what lists and documents show of a token: at most its last four characters."""
    bare = token.strip()
    return "••••" + bare[-4:] if len(bare) >= 8 else "••••"
