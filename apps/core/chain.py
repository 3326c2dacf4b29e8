"""The journal's hash chain: bytes in, bytes out (format 1, `docs/algorithms/evidence.md`)."""

import hashlib
import struct

_sha256 = hashlib.sha256
_LEAF, _HEAD, _ROW = b"laadboek/leaf/1\0", b"laadboek/head/1\0", b"laadboek/row/1\0"
_HASH_LENGTH = struct.pack(">Q", 32)
_ROW_PREFIX = _ROW + _HASH_LENGTH
_IN = struct.Struct(">QQQ2sQqQ").pack
_OUT = struct.Struct(">QQQ3sQqQ").pack


def tagged(tag: bytes, *parts: bytes) -> bytes:
    """Return T(tag, parts…): SHA-256 over the tag and each part behind its 8-byte length."""
    digest = _sha256(tag)
    for part in parts:
        digest.update(struct.pack(">Q", len(part)) + part)
    return digest.digest()


def head(before: bytes, *, schema: str, identity: str, connection: str) -> bytes:
    """Hash the beginning of a connection: `before` is the last row hash of the one before it."""
    return tagged(_HEAD, before, schema.encode(), identity.encode(), connection.encode())


class Chain:
    """One connection's chain: makes leaves and row hashes from a prefix built once."""

    __slots__ = ("_prefix",)

    def __init__(self, connection: str) -> None:
        uid = connection.encode()
        self._prefix = _LEAF + struct.pack(">Q", len(uid)) + uid

    def leaf(self, *, seq: int, direction: str, at_us: int, payload: bytes) -> bytes:
        """Hash one frame: `direction` is `in` or `out`, `at_us` microseconds since 1970."""
        way = direction.encode()
        pack = _IN if direction == "in" else _OUT
        middle = pack(8, seq, len(way), way, 8, at_us, 32)
        return _sha256(self._prefix + middle + _sha256(payload).digest()).digest()

    @staticmethod
    def link(previous: bytes, leaf: bytes) -> bytes:
        """Hash a row onto the one before it (or onto the head)."""
        return _sha256(_ROW_PREFIX + previous + _HASH_LENGTH + leaf).digest()
