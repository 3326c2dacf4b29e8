"""Writes of presence: which socket is a station's newest one."""

import datetime as dt
import uuid
from dataclasses import dataclass, field

from django.db import connection, transaction

from apps.core import binding, chain
from apps.core.events import emit
from apps.core.refused import NotFound
from apps.stations.models import (
    ConnectionEnd,
    Connector,
    JournalConnection,
    JournalRow,
    Station,
)

SOCKETS = "laadboek_sockets"  # NOTIFY schema:station:epoch: a newer socket was accepted
_NOTHING_BEFORE = bytes(32)


@dataclass(frozen=True, slots=True)
class Opened:
    """What a door must know of a station whose socket it has just accepted."""

    station_id: int
    identity: str
    epoch: int
    connection_id: int
    connection_uid: str
    head: bytes
    registration: str
    connectors: dict[int, int] = field(default_factory=dict)  # EVSE number → id of its connector 1


def open_connection(
    *, identity_key: str, protocol: str, remote: str, uid: uuid.UUID, now: dt.datetime
) -> Opened:
    """Make this socket the station's newest one and begin its chain.

    :raises NotFound: the directory knows the identity, but its tenant has no such station.
    """
    station = Station.objects.select_for_update().filter(identity_key=identity_key).first()
    if station is None:
        raise NotFound("station_unknown", f"There is no station {identity_key}.")
    newest = _newest_connection(station.pk)
    if newest is not None and not station.is_online:
        _end_lost(newest, station.last_seen_at)
    station.epoch += 1
    station.is_online = True
    station.protocol = protocol
    station.connected_at = station.last_seen_at = now
    station.save(update_fields=["epoch", "is_online", "protocol", "connected_at", "last_seen_at"])
    row = _begin_chain(station, newest, protocol=protocol, remote=remote, uid=uid, now=now)
    with connection.cursor() as cursor:
        note = f"{binding.require()}:{station.pk}:{station.epoch}"
        cursor.execute("SELECT pg_notify(%s, %s)", [SOCKETS, note])
    emit("stations.changed", station_id=station.pk)
    return Opened(
        station_id=station.pk,
        identity=station.identity,
        epoch=station.epoch,
        connection_id=row.pk,
        connection_uid=str(uid),
        head=bytes(row.head_hash),
        registration=station.registration,
        connectors=_connectors(station.pk),
    )


def _newest_connection(station_id: int) -> JournalConnection | None:
    rows = JournalConnection.objects.filter(station_id=station_id).select_related("end")
    return rows.order_by("-pk").first()


def _end_lost(before: JournalConnection, seen_at: dt.datetime | None) -> None:
    """Write the end of a connection whose process died; only now it is sure that it is over."""
    if hasattr(before, "end"):
        return
    end = ConnectionEnd(
        connection=before,
        ended_at=max(before.opened_at, seen_at or before.opened_at),
        cause=ConnectionEnd.Cause.LOST,
    )
    ConnectionEnd.objects.bulk_create([end], ignore_conflicts=True)


def _begin_chain(
    station: Station,
    newest: JournalConnection | None,
    *,
    protocol: str,
    remote: str,
    uid: uuid.UUID,
    now: dt.datetime,
) -> JournalConnection:
    before = _last_hash(newest)
    head = chain.head(
        before, schema=binding.require(), identity=station.identity, connection=str(uid)
    )
    return JournalConnection.objects.create(
        uid=uid,
        station=station,
        opened_at=now,
        protocol=protocol,
        remote=remote[:60],
        before_hash=before,
        head_hash=head,
    )


def _last_hash(newest: JournalConnection | None) -> bytes:
    """Return the newest connection's last row hash; an empty one hands on what it was given."""
    if newest is None:
        return _NOTHING_BEFORE
    row = JournalRow.objects.filter(connection=newest).order_by("-seq").first()
    return bytes(row.row_hash if row else newest.before_hash)


def _connectors(station_id: int) -> dict[int, int]:
    rows = Connector.objects.filter(evse__station_id=station_id, number=1)
    return dict(rows.values_list("evse__number", "pk"))


def mark_lost_stations(*, now: dt.datetime, silent_s: int = 180) -> int:
    """Mark stations offline whose process died without a word; returns how many.

    A living process moves `last_seen_at` of each open socket every half minute, whether the
    station talks or not, and brings back one that was marked while the database was away.
    """
    border = now - dt.timedelta(seconds=silent_s)
    lost = Station.objects.filter(is_online=True, last_seen_at__lt=border)
    ids = list(lost.values_list("pk", flat=True))
    with transaction.atomic():
        Station.objects.filter(pk__in=ids, is_online=True, last_seen_at__lt=border).update(
            is_online=False, disconnected_at=now
        )
    for pk in ids:
        emit("stations.changed", station_id=pk)
    return len(ids)
