"""Writes of the journal: format 1 of `docs/algorithms/evidence.md`."""

from collections.abc import Sequence
from typing import NamedTuple

from apps.core import binding
from apps.core.commitments import Secret
from apps.tenants.collector import (
    Statement,
    byteas,
    collected,
    int8s,
    plain_cursor,
    qualified,
    texts,
)

_ROWS = """
WITH given AS MATERIALIZED (
  SELECT nextval('{schema}.stations_journalrow_id_seq'::regclass) AS id, x.*
  FROM unnest(%b::bigint[], %b::bigint[], %b::bigint[], %b::bigint[], %b::bigint[], %b::text[],
              %b::text[], %b::text[], %b::bytea[], %b::bytea[], %b::bytea[])
  WITH ORDINALITY
    AS x(connection, seq, way, at, latency, action, message, remark, leaf, hash, body, n)
), kept AS (
  INSERT INTO {schema}.stations_journalrow (id, connection_id, seq, direction, at, action,
    message_id, latency_us, remark, leaf, row_hash)
  SELECT id, connection, seq, CASE way WHEN 0 THEN 'in' ELSE 'out' END,
    'epoch'::timestamptz + at * interval '1 microsecond', action, message, NULLIF(latency, -1),
    remark, leaf, hash FROM given
), bodies AS (
  INSERT INTO {schema}.stations_journalpayload (row_id, body) SELECT id, body FROM given
)"""
_SECRETS = """, hidden AS (
  INSERT INTO {schema}.stations_journalsecret (row_id, commitment, salt, value)
  SELECT given.id, y.commitment, y.salt, y.value
  FROM unnest(%b::bigint[], %b::text[], %b::bytea[], %b::bytea[]) AS y(n, commitment, salt, value)
  JOIN given USING (n)
)"""
_LAST = " SELECT max(id) FROM given"


class JournalFrame(NamedTuple):
    """One frame on its way into the journal: hashed already, personal values sealed."""

    connection_id: int
    seq: int
    way: int  # 0 in, 1 out
    at_us: int
    latency_us: int  # -1: no answer
    action: str
    message_id: str
    remark: str
    leaf: bytes
    row_hash: bytes
    body: bytes
    secrets: Sequence[Secret] = ()


@collected("stations.journal")
def store_frames(*, schema: str, rows: Sequence[JournalFrame]) -> Statement:
    """Append frames; the statement answers the highest id of a journal row."""
    fields = list(zip(*rows, strict=True))
    values: list[bytes] = [
        *(int8s(column) for column in fields[:5]),
        *(texts(column) for column in fields[5:8]),
        *(byteas(column) for column in fields[8:11]),
    ]
    hidden = [(n, secret) for n, row in enumerate(rows, 1) for secret in row.secrets]
    if not hidden:
        return qualified(_ROWS + _LAST, schema), values
    values += [
        int8s([n for n, _ in hidden]),
        texts(secret.commitment for _, secret in hidden),
        byteas([secret.salt for _, secret in hidden]),
        byteas([secret.value for _, secret in hidden]),
    ]
    return qualified(_ROWS + _SECRETS + _LAST, schema), values


def append_frames(frames: Sequence[JournalFrame]) -> int:
    """Append frames in the caller's transaction; returns the id of the last one's row."""
    with plain_cursor() as cursor:
        text, values = store_frames(schema=binding.require(), rows=frames)
        cursor.execute(text, values)
        row = cursor.fetchone()
    return int(row[0]) if row else 0
