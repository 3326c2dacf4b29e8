"""The chain of a station as plain data, read by SQL alone."""

import datetime as dt
from collections.abc import Callable
from typing import Any

Rows = list[Any]
EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
CONNECTIONS = """SELECT c.id, c.uid, c.before_hash, c.head_hash
FROM {schema}.stations_journalconnection c JOIN {schema}.stations_station s ON s.id = c.station_id
WHERE s.identity = '{identity}' ORDER BY c.id"""
FRAMES = """SELECT r.seq, r.direction, r.at, r.leaf, r.row_hash, p.body
FROM {schema}.stations_journalrow r
LEFT JOIN {schema}.stations_journalpayload p ON p.row_id = r.id
WHERE r.connection_id = {connection} ORDER BY r.seq"""


def export(ask: Callable[[str], Rows], schema: str, identity: str) -> dict[str, Any]:
    """Read every connection; a frame whose bytes were dropped shows its leaf."""
    connections = []
    for number, uid, before, head in ask(CONNECTIONS.format(schema=schema, identity=identity)):
        previous, rows = bytes(head).hex(), []
        for seq, direction, at, leaf, row_hash, body in ask(
            FRAMES.format(schema=schema, connection=number)
        ):
            row = {
                "seq": seq,
                "direction": direction,
                "at_us": (at - EPOCH) // dt.timedelta(microseconds=1),
                "prev": previous,
                "hash": bytes(row_hash).hex(),
            }
            if body is None:
                row["leaf"] = bytes(leaf).hex()
            else:
                row["payload"] = bytes(body).decode()
            previous = row["hash"]
            rows.append(row)
        connections.append(
            {
                "uid": str(uid),
                "before": bytes(before).hex(),
                "head": bytes(head).hex(),
                "rows": rows,
            }
        )
    return {"schema": schema, "identity": identity, "connections": connections}
