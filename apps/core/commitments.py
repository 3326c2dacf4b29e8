"""Sealing: personal values of a frame become salted commitments, byte span for byte span (pure).

Format 1, `docs/algorithms/evidence.md`. Only suspects are scanned: a frame without a personal key
and without a backslash (which could hide one) is returned as it is.
"""

import hashlib
import hmac
import json
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

PERSONAL = frozenset(
    {"idTag", "parentIdTag", "idToken", "vin", "emaid", "evccId", "AuthorizationKey"}
)
VALUE_TAG = b"laadboek/value/1"
SALT_BYTES = 16
_TOKEN = re.compile(rb'"(?:[^"\\]|\\.)*"|[-+.\w]+|[{}\[\]:,]', re.DOTALL)
_MARK = re.compile(rb'"~([0-9a-f]{64})"')
_SUSPECTS = (b"\\", *(key.encode() for key in sorted(PERSONAL)))


@dataclass(frozen=True, slots=True)
class Secret:
    """What lies behind one commitment: salt and the exact bytes of the value, quotes included."""

    commitment: str
    salt: bytes
    value: bytes


def commit(salt: bytes, value: bytes) -> str:
    """Return the commitment of a value's exact bytes, as 64 hex digits."""
    return hmac.new(salt, VALUE_TAG + value, hashlib.sha256).hexdigest()


def is_suspect(raw: bytes) -> bool:
    """Whether the bytes could hold a personal value."""
    for word in _SUSPECTS:  # noqa: SIM110 - every frame comes here; any() costs a third more
        if word in raw:
            return True
    return False


def seal(raw: bytes, new_salt: Callable[[int], bytes]) -> tuple[bytes, list[Secret]]:
    """Replace each personal value by its commitment; what is not UTF-8 JSON is one value.

    `new_salt` is called with the number of bytes wanted (`secrets.token_bytes` in life).
    """
    try:
        json.loads(raw.decode("utf-8"))  # bytes would be accepted as UTF-16 too
    except (ValueError, RecursionError):
        return _replace(raw, iter([(0, len(raw))]), new_salt)
    return seal_json(raw, new_salt)


def seal_json(raw: bytes, new_salt: Callable[[int], bytes]) -> tuple[bytes, list[Secret]]:
    """Seal bytes that the caller has already decoded as UTF-8 JSON."""
    if not is_suspect(raw):
        return raw, []
    return _replace(raw, _spans(raw), new_salt)


def _replace(
    raw: bytes, spans: Iterator[tuple[int, int]], new_salt: Callable[[int], bytes]
) -> tuple[bytes, list[Secret]]:
    out, last, secrets = [], 0, []
    for begin, end in spans:
        salt = new_salt(SALT_BYTES)
        mark = commit(salt, raw[begin:end])
        secrets.append(Secret(mark, salt, raw[begin:end]))
        out += [raw[last:begin], b'"~' + mark.encode() + b'"']
        last = end
    return b"".join([*out, raw[last:]]), secrets


def _spans(raw: bytes) -> Iterator[tuple[int, int]]:
    """Find every scalar under a personal key, also inside its lists and objects."""
    tokens = list(_TOKEN.finditer(raw))
    depth, hidden_from, personal = 0, 0, False
    for at, match in enumerate(tokens):
        text = match[0]
        after_colon = at > 0 and tokens[at - 1][0] == b":"
        if text in b"{[":
            depth += 1
            if after_colon and personal and not hidden_from:
                hidden_from = depth
        elif text in b"}]":
            hidden_from = 0 if hidden_from == depth else hidden_from
            depth -= 1
        elif text in b":,":
            continue
        elif at + 1 < len(tokens) and tokens[at + 1][0] == b":":
            personal = json.loads(text) in PERSONAL
        elif hidden_from or (after_colon and personal):
            yield match.span()


def reveal(payload: bytes, secrets: Sequence[tuple[bytes, bytes]]) -> bytes:
    """Put (salt, value) pairs back where they match their commitment: `reveal(seal(x)) == x`."""
    known = {commit(salt, value).encode(): value for salt, value in secrets}
    return _MARK.sub(lambda match: known.get(match[1], match[0]), payload)
