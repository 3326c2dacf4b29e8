"""Id tokens: one spelling, one mask, and outside their tenant only as a keyed hash."""

import hashlib
import hmac
import re

from django.conf import settings

from apps.core.refused import Refused

_SEPARATORS = re.compile(r"[\s:\-]")
_PREFIXED_HEX = re.compile(r"0x[0-9a-f]+")
_HEX = re.compile(r"[0-9A-Fa-f]{8,}")
_LEGAL = re.compile(r"[A-Za-z0-9*\-_=:+|@. ]+")
LONGEST = 36  # OCPP 2.x; 1.6 stations read at most 20
KEY_ID = 1  # which pepper made a hash; rotation re-hashes from the payer's own token list


def normalise_token(token: str) -> str:
    """Return the one spelling of a token: no separators, no `0x` before hex, casefolded."""
    bare = _SEPARATORS.sub("", token).casefold()
    return bare[2:] if _PREFIXED_HEX.fullmatch(bare) else bare


def read_token(text: str) -> str:
    """Return the spelling of a card number that a person gave: no separators in a chip's number.

    What stations send is never refused here; this is for what people type.

    :raises Refused: it is empty, too long, or holds what no card carries (OCPP 2.x,
        identifierString).
    """
    spelling = text.strip()
    if not normalise_token(spelling):
        raise Refused("token_empty", "Give the number that the card carries.", field="token")
    if len(spelling) > LONGEST or not _LEGAL.fullmatch(spelling):
        raise Refused(
            "token_illegal",
            f"A card number has at most {LONGEST} letters, digits and characters * - _ = : + | @ .",
            field="token",
        )
    bare = _SEPARATORS.sub("", spelling)
    is_chip = _HEX.fullmatch(bare.removeprefix("0x")) is not None
    return bare.removeprefix("0x") if is_chip else spelling


def token_hmac(token: str) -> bytes:
    """Return what public tables hold of a token."""
    key = settings.TOKEN_PEPPER.encode()
    return hmac.new(key, normalise_token(token).encode(), hashlib.sha256).digest()


def mask_token(token: str) -> str:
    """Return what lists and documents show of a token: at most its last four characters."""
    bare = token.strip()
    return "••••" + bare[-4:] if len(bare) >= 8 else "••••"
