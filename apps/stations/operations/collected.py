"""Set-based writes of what stations tell: status, live values, presence (see `collector`)."""

from collections.abc import Sequence
from typing import NamedTuple

from apps.tenants.collector import Statement, collected, int8s, qualified, texts


class StatusRow(NamedTuple):
    """What a station said of a connector; `at_us` is its own moment, or that of receipt."""

    connector_id: int
    at_us: int
    received_us: int
    occupancy: str
    charging_state: str
    error_code: str
    vendor_error: str
    info: str


@collected("stations.status")
def store_statuses(*, schema: str, rows: Sequence[StatusRow]) -> Statement:
    """Keep the newest status of each connector; what is older than the stored one is ignored.

    A stored moment that lies after the receipt of another status came from a fast clock: it is
    newer than nothing.
    """
    fields = list(zip(*rows, strict=True))
    return qualified(
        """
        UPDATE {schema}.stations_connector AS c SET occupancy = x.occupancy,
          charging_state = x.state, error_code = x.error, vendor_error = x.vendor, info = x.info,
          status_at = 'epoch'::timestamptz + x.at * interval '1 microsecond',
          status_received_at = 'epoch'::timestamptz + x.received * interval '1 microsecond'
        FROM (SELECT DISTINCT ON (id) * FROM unnest(%b::bigint[], %b::bigint[], %b::bigint[],
            %b::text[], %b::text[], %b::text[], %b::text[], %b::text[]) WITH ORDINALITY
            AS y(id, at, received, occupancy, state, error, vendor, info, n)
          ORDER BY id, least(at, received) DESC, n DESC) AS x
        WHERE c.id = x.id AND (c.status_at IS NULL
          OR c.status_at <= 'epoch'::timestamptz + x.at * interval '1 microsecond'
          OR c.status_at > 'epoch'::timestamptz + x.received * interval '1 microsecond')""",
        schema,
    ), [*(int8s(column) for column in fields[:3]), *(texts(column) for column in fields[3:])]


class StationStatusRow(NamedTuple):
    """What a station said of itself as a whole."""

    station_id: int
    at_us: int
    status: str
    error_code: str


@collected("stations.station_status")
def store_station_statuses(*, schema: str, rows: Sequence[StationStatusRow]) -> Statement:
    """Keep the newest status of each whole station."""
    fields = list(zip(*rows, strict=True))
    return qualified(
        """
        UPDATE {schema}.stations_station AS s SET reported_status = x.status,
          reported_error = x.error,
          reported_at = 'epoch'::timestamptz + x.at * interval '1 microsecond'
        FROM (SELECT DISTINCT ON (id) * FROM unnest(%b::bigint[], %b::bigint[], %b::text[],
            %b::text[]) WITH ORDINALITY AS y(id, at, status, error, n)
          ORDER BY id, at DESC, n DESC) AS x
        WHERE s.id = x.id AND (s.reported_at IS NULL
          OR s.reported_at <= 'epoch'::timestamptz + x.at * interval '1 microsecond')""",
        schema,
    ), [int8s(fields[0]), int8s(fields[1]), texts(fields[2]), texts(fields[3])]


class LiveRow(NamedTuple):
    """The newest values of a connector; an empty text is a value that was not measured."""

    connector_id: int
    at_us: int
    power_w: str
    current_a: str
    register_wh: str


@collected("stations.live")
def store_live_values(*, schema: str, rows: Sequence[LiveRow]) -> Statement:
    """Keep what a connector measures now; an absent value leaves the one before."""
    fields = list(zip(*rows, strict=True))
    return qualified(
        """
        UPDATE {schema}.stations_connector AS c SET
          power_w = COALESCE(NULLIF(x.power, '')::numeric::int, c.power_w),
          current_a = COALESCE(NULLIF(x.current, '')::numeric, c.current_a),
          register_wh = COALESCE(NULLIF(x.register, '')::numeric, c.register_wh),
          measured_at = 'epoch'::timestamptz + x.at * interval '1 microsecond'
        FROM (SELECT DISTINCT ON (id) * FROM unnest(%b::bigint[], %b::bigint[], %b::text[],
            %b::text[], %b::text[]) WITH ORDINALITY AS y(id, at, power, current, register, n)
          ORDER BY id, at DESC, n DESC) AS x
        WHERE c.id = x.id AND (c.measured_at IS NULL
          OR c.measured_at <= 'epoch'::timestamptz + x.at * interval '1 microsecond')""",
        schema,
    ), [int8s(fields[0]), int8s(fields[1]), *(texts(column) for column in fields[2:])]


@collected("stations.seen")
def store_seen(*, schema: str, rows: Sequence[tuple[int, int, int]]) -> Statement:
    """Move `last_seen_at` forward: (station, epoch, microseconds).

    A station whose newest socket is open is online, also when the sweeper took it for lost.
    """
    fields = list(zip(*rows, strict=True))
    return qualified(
        """
        UPDATE {schema}.stations_station AS s
        SET last_seen_at = x.at, is_online = s.is_online
          OR (s.epoch = x.epoch AND x.at > COALESCE(s.disconnected_at, '-infinity'))
        FROM (SELECT DISTINCT ON (id) id, epoch,
            'epoch'::timestamptz + at * interval '1 microsecond' AS at
          FROM unnest(%b::bigint[], %b::bigint[], %b::bigint[]) AS y(id, epoch, at)
          ORDER BY id, at DESC) AS x
        WHERE s.id = x.id AND (s.last_seen_at IS NULL OR s.last_seen_at < x.at)""",
        schema,
    ), [int8s(column) for column in fields]


class ClosedRow(NamedTuple):
    """A socket that went; `code` 0: no close frame was seen."""

    station_id: int
    epoch: int
    at_us: int
    connection_id: int
    code: int
    cause: str


@collected("stations.closed")
def store_closed(*, schema: str, rows: Sequence[ClosedRow]) -> Statement:
    """Note that sockets went, and why; a station with a newer socket stays online."""
    fields = list(zip(*rows, strict=True))
    return qualified(
        """
        WITH x AS (SELECT id, epoch, connection, cause, nullif(code, 0) AS code,
            'epoch'::timestamptz + at * interval '1 microsecond' AS at
          FROM unnest(%b::bigint[], %b::bigint[], %b::bigint[], %b::bigint[], %b::bigint[],
            %b::text[]) AS y(id, epoch, at, connection, code, cause)),
        ended AS (INSERT INTO {schema}.stations_connectionend
            (connection_id, ended_at, cause, code)
          SELECT connection, at, cause, code FROM x ORDER BY connection ON CONFLICT DO NOTHING)
        UPDATE {schema}.stations_station AS s SET is_online = false, disconnected_at = z.at
        FROM (SELECT * FROM x ORDER BY id) AS z
        WHERE s.id = z.id AND s.epoch = z.epoch""",
        schema,
    ), [*(int8s(column) for column in fields[:5]), texts(fields[5])]


@collected("stations.security")
def store_security_events(*, schema: str, rows: Sequence[tuple[int, int, str, str]]) -> Statement:
    """Add security events: (station, microseconds, kind, detail as JSON text)."""
    fields = list(zip(*rows, strict=True))
    return qualified(
        """
        INSERT INTO {schema}.stations_securityevent (station_id, at, kind, detail)
        SELECT id, 'epoch'::timestamptz + at * interval '1 microsecond', kind, detail::jsonb
        FROM unnest(%b::bigint[], %b::bigint[], %b::text[], %b::text[])
          AS y(id, at, kind, detail)""",
        schema,
    ), [int8s(fields[0]), int8s(fields[1]), texts(fields[2]), texts(fields[3])]
