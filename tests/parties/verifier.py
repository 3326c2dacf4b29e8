"""The stand-alone verifier of format 1: standard library only, knows nothing of the product.

Written from `docs/algorithms/evidence.md`. A chain is plain data:

    {"schema", "identity", "connections": [{"uid", "before", "head", "rows": [ROW, …]}, …]}
    ROW = {"seq", "direction", "at_us", "payload" | "leaf", "prev", "hash"}
        | {"seq", "to", "prev", "hash", "root"}          a tombstone: our statement, no proof

Hashes are hex, payloads text. A record's frame is a ROW with "connection".
"""

import hashlib
import hmac
import re
import struct
from typing import Any

NOTHING = "00" * 32


def tagged(tag: bytes, *parts: bytes) -> bytes:
    """Item 1."""
    digest = hashlib.sha256(tag)
    for part in parts:
        digest.update(struct.pack(">Q", len(part)) + part)
    return digest.digest()


def leaf_of(connection: str, row: dict[str, Any]) -> bytes:
    """Item 5; a dropped or foreign frame is known by its leaf only."""
    if "leaf" in row:
        return bytes.fromhex(row["leaf"])
    return tagged(
        b"laadboek/leaf/1\0",
        connection.encode(),
        struct.pack(">Q", row["seq"]),
        row["direction"].encode(),
        struct.pack(">q", row["at_us"]),
        hashlib.sha256(row["payload"].encode()).digest(),
    )


def row_hash(previous: str, connection: str, row: dict[str, Any]) -> str:
    """Item 7."""
    return tagged(b"laadboek/row/1\0", bytes.fromhex(previous), leaf_of(connection, row)).hex()


def verify(chain: dict[str, Any]) -> list[str]:
    """Return the faults of an exported chain; an empty list is a proof."""
    faults: list[str] = []
    known = {NOTHING}
    who = (chain["schema"].encode(), chain["identity"].encode())
    for connection in chain["connections"]:
        uid, before = connection["uid"], connection["before"]
        head = tagged(b"laadboek/head/1\0", bytes.fromhex(before), *who, uid.encode()).hex()
        if before not in known or head != connection["head"]:
            faults.append(f"{uid}: head")
        previous, number = head, 0
        for row in connection["rows"]:
            number += 1
            wanted = row["hash"] if "to" in row else row_hash(previous, uid, row)
            if (row["seq"], row["prev"], row["hash"]) != (number, previous, wanted):
                faults.append(f"{uid}/{number}")
            number = row.get("to", number)
            previous = row["hash"]
        known = {previous if connection["rows"] else before}
    return faults


def frame_fault(chain: dict[str, Any], frame: dict[str, Any]) -> str:
    """Return why a record's frame is not the one in the chain, or an empty text (item 8)."""
    wanted = row_hash(frame["prev"], frame["connection"], frame)
    rows = {(c["uid"], row["seq"]): row["hash"] for c in chain["connections"] for row in c["rows"]}
    at = rows.get((frame["connection"], frame["seq"]))
    return "" if wanted == frame["hash"] == at else "frame"


def reveal(payload: str, secrets: list[tuple[bytes, bytes]]) -> str:
    """Put (salt, value) pairs back; one that does not fit its commitment changes nothing."""
    known = {
        hmac.new(salt, b"laadboek/value/1" + value, hashlib.sha256).hexdigest(): value.decode()
        for salt, value in secrets
    }
    return re.sub(r'"~([0-9a-f]{64})"', lambda found: known.get(found[1], found[0]), payload)
