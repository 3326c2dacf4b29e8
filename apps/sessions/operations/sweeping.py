"""What nobody tells: sessions that never end, stops that fit later."""

import datetime as dt

from apps.metering.queries import last_sign
from apps.sessions.constants import NO_TRANSACTION
from apps.sessions.ending import OpenSession, over_since
from apps.sessions.models import Session
from apps.sessions.operations.calls import NextStart
from apps.sessions.operations.closing import (
    close,
    next_register_end,
    presume_ended,
    settle_delay,
)
from apps.sessions.operations.locking import lock_station
from apps.sessions.operations.orphans import join_orphan
from apps.sessions.operations.stopping import record_stop
from apps.sessions.queries import find_next_start, get_station_facts
from apps.sessions.states import Event
from apps.stations.models import Connector

ORPHAN_DAYS = 30  # how long a stray stop is tried again


def end_if_over(*, session_id: int, now: dt.datetime) -> bool:
    """End an open session that is over: a later start, a free connector, or long silence.

    Returns whether it was ended.
    """
    session = Session.objects.select_related("station").filter(pk=session_id).first()
    if session is None or session.state != Session.State.ACTIVE:
        return False
    later = find_next_start(session=session)
    if later is not None:
        return _end_by_later(session, later, now)
    since = over_since(_facts_of(session), now=now)
    return since is not None and presume_ended(session_id=session_id, at=since, now=now)


def _end_by_later(session: Session, later: Session, now: dt.datetime) -> bool:
    lock_station(session.station_id)
    session = Session.objects.select_for_update().get(pk=session.pk)
    if session.state != Session.State.ACTIVE:
        return False
    station = get_station_facts(station_id=session.station_id)
    next_start = NextStart(
        at=later.started_at,
        register_wh=later.register_start_wh,
        received_at=now,
        frame_id=later.begin_frame_id,
    )
    end = next_register_end(session, next_start, max_kw=station.max_kw)
    close(session, end, event=Event.PRESUME, due_at=now + settle_delay())
    return True


def _facts_of(session: Session) -> OpenSession:
    station = session.station
    connector = Connector.objects.filter(
        evse__station_id=session.station_id,
        evse__number=session.evse_number,
        number=session.connector_number,
    ).first()
    reading = last_sign(
        station_id=session.station_id,
        evse_number=session.evse_number,
        begin=session.started_at,
        transaction_ids=[session.transaction_id, *NO_TRANSACTION],
    )
    return OpenSession(
        started_at=session.started_at,
        start_received_at=session.start_received_at,
        last_reading_at=reading[0] if reading else None,
        last_sign_at=reading[1] if reading else None,
        occupancy=connector.occupancy if connector else "unknown",
        charging_state=connector.charging_state if connector else "",
        status_at=connector.status_at if connector else None,
        status_received_at=connector.status_received_at if connector else None,
        station_seen_at=station.last_seen_at,
        booted_at=station.booted_at,
    )


def reconcile_orphan(*, orphan_id: int, station_id: int) -> bool:
    """Try once more to join a stray stop; returns whether it found its session."""
    lock_station(station_id)
    station = get_station_facts(station_id=station_id)
    return join_orphan(orphan_id=orphan_id, station=station, record_stop=record_stop)
