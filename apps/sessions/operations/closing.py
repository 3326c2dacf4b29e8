"""How a session ends, by a stop or without one."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.conf import settings

from apps.core.events import emit
from apps.core.reasons import CLOSED_BY_NEXT_REGISTER, END_SUBSTITUTED, NO_STOP
from apps.metering.queries import outlet_registers
from apps.metering.registers import JITTER_WH, Register, on_scale_of_begin
from apps.sessions.constants import (
    END_BY_NEXT_START,
    END_BY_READING,
    END_UNKNOWN,
    PRESUMED_DELAY,
    SUPERSEDED,
)
from apps.sessions.models import Session, SettledRegisters
from apps.sessions.moments import merge
from apps.sessions.operations.calls import NextStart
from apps.sessions.operations.locking import lock_station
from apps.sessions.queries import get_station_facts, list_session_registers
from apps.sessions.states import Event, move


@dataclass(frozen=True, slots=True)
class End:
    """What ends a session, and where it comes from."""

    at: dt.datetime
    register_wh: Decimal | None
    source: str
    received_at: dt.datetime
    frame_id: int | None = None
    flags: Sequence[str] = ()


def settle_delay() -> dt.timedelta:
    """Return how long a stopped session waits for late values."""
    return dt.timedelta(seconds=settings.SETTLE_DELAY_SECONDS)


def close(session: Session, end: End, *, event: Event, due_at: dt.datetime | None) -> None:
    """Write the end of a session; it settles when due."""
    session.state = Session.State(move(session.state, event).value)
    session.ended_at = end.at
    session.register_stop_wh = end.register_wh
    session.end_source = end.source
    session.end_frame_id = end.frame_id
    session.stop_received_at = end.received_at
    session.flags = merge(session.flags, end.flags)
    session.settle_due_at = due_at if session.state == Session.State.CLOSED else None
    session.save()
    emit("sessions.changed", session_id=session.pk, station_id=session.station_id)


def last_register(session: Session, *, max_kw: Decimal) -> Register | None:
    """Return the last register of an open session, on the scale of its begin."""
    samples = outlet_registers(list_session_registers(session))
    if session.register_start_wh is None:
        return samples[-1] if samples else None
    scaled, _ = on_scale_of_begin(
        samples,
        begin_wh=session.register_start_wh,
        begin_at=session.started_at,
        max_kw=max_kw,
    )
    rising = [sample for sample in scaled if sample.wh >= session.register_start_wh]
    return rising[-1] if rising else None


def next_register_end(session: Session, next_start: NextStart, *, max_kw: Decimal) -> End:
    """Return the end that the next start's register proves, else the last reading's."""
    at = max(session.started_at, next_start.at)
    last = last_register(session, max_kw=max_kw)
    floor = last.wh if last else session.register_start_wh
    register = next_start.register_wh
    flags = [NO_STOP, END_SUBSTITUTED, SUPERSEDED]
    if register is None or floor is None or register < floor - JITTER_WH:
        return End(
            at=last.at if last else at,
            register_wh=last.wh if last else None,
            source=END_BY_READING if last else END_UNKNOWN,
            received_at=next_start.received_at,
            flags=flags,
        )
    if last is not None and register - last.wh <= JITTER_WH:
        at = max(session.started_at, last.at)  # it stood there already
    return End(
        at=at,
        register_wh=register,
        source=END_BY_NEXT_START,
        received_at=next_start.received_at,
        frame_id=next_start.frame_id,
        flags=[*flags, CLOSED_BY_NEXT_REGISTER],
    )


def presume_ended(
    *, session_id: int, at: dt.datetime, now: dt.datetime, flags: Sequence[str] = ()
) -> bool:
    """End an open session whose stop never came, on its last register; never billed by itself.

    `at` is when it was over at the latest. A real stop that arrives later replaces this end.
    Returns whether the session was still open.
    """
    station_id = Session.objects.values_list("station_id", flat=True).get(pk=session_id)
    lock_station(station_id)
    session = Session.objects.select_for_update().get(pk=session_id)
    if session.state != Session.State.ACTIVE:
        return False
    station = get_station_facts(station_id=station_id)
    last = last_register(session, max_kw=station.max_kw)
    source = END_BY_READING if last else END_UNKNOWN
    end = End(
        at=max(session.started_at, last.at if last else at),
        register_wh=last.wh if last else None,
        source=source,
        received_at=now,
        flags=[NO_STOP, END_SUBSTITUTED, *flags],
    )
    close(session, end, event=Event.PRESUME, due_at=now + PRESUMED_DELAY)
    return True


def mark_settled(*, session_id: int) -> None:
    """Note that a closed session has been settled; the caller holds its row."""
    session = Session.objects.select_for_update().get(pk=session_id)
    session.state = Session.State(move(session.state, Event.SETTLE).value)
    session.settle_due_at = None
    session.save(update_fields=["state", "settle_due_at"])
    emit("sessions.changed", session_id=session.pk, station_id=session.station_id)


@dataclass(frozen=True, slots=True)
class Registers:
    """The registers a session is settled on, in Wh, and where each comes from."""

    begin_wh: Decimal | None
    begin_at: dt.datetime
    begin_source: str
    end_wh: Decimal | None
    end_at: dt.datetime
    end_source: str
    meter_id: int | None


def record_settled_registers(*, session_id: int, registers: Registers, now: dt.datetime) -> None:
    """Keep which registers a session was settled on; a later settling adds another row."""
    SettledRegisters.objects.create(
        session_id=session_id,
        settled_at=now,
        begin_wh=registers.begin_wh,
        begin_at=registers.begin_at,
        begin_source=registers.begin_source,
        end_wh=registers.end_wh,
        end_at=registers.end_at,
        end_source=registers.end_source,
        meter_id=registers.meter_id,
    )
