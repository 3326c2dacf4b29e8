"""A station tells that a transaction ended."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from apps.cards.queries import decide
from apps.core.events import emit
from apps.core.reasons import (
    CLOCK_SKEW,
    CLOSED_BY_NEXT_REGISTER,
    END_SUBSTITUTED,
    NO_STOP,
    REGISTER_DECREASED,
    TIME_SUBSTITUTED,
)
from apps.core.tokens import normalise_token
from apps.metering.operations import store_samples
from apps.metering.registers import exact_wh
from apps.metering.samples import Sample
from apps.sessions.constants import (
    END_BY_STOP,
    LATE_STOP,
    NO_TRANSACTION,
    SUPERSEDED,
)
from apps.sessions.models import Session, SessionConflict
from apps.sessions.moments import Moment, merge, moment_of
from apps.sessions.operations.authorising import Authorisation, told
from apps.sessions.operations.calls import StopCall
from apps.sessions.operations.closing import End, close, settle_delay
from apps.sessions.operations.locking import lock_station
from apps.sessions.operations.orphans import adopt_orphan
from apps.sessions.queries import get_station_facts
from apps.sessions.states import Event
from apps.stations.operations import confirm_commands


@dataclass(frozen=True, slots=True)
class Stopped:
    """What the station is answered; without a card there is nothing to say of one."""

    authorisation: Authorisation | None
    session_id: int | None


def stop(  # noqa: PLR0913 - what a stop tells
    *,
    station_id: int,
    transaction_id: str,
    stopped_at: dt.datetime | None,
    register_wh: Decimal | None,
    reason: str,
    id_token: str,
    samples: Sequence[Sample],
    received_at: dt.datetime,
    frame_id: int | None,
    protocol: str = "ocpp1.6",
    flags: Sequence[str] = (),
) -> Stopped:
    """Record that a transaction ended; it is settled later, when it is due.

    A repeat changes nothing; other content under a known transaction is kept beside it. A stop that
    names no transaction of this station is joined by time and register, or kept as an orphan. A
    transaction of another station is never touched. Registers in Wh.
    """
    lock_station(station_id)
    station = get_station_facts(station_id=station_id)
    moment = moment_of(
        stopped_at, received_at=received_at, connected_at=station.connected_at, flags=flags
    )
    call = StopCall(
        station=station,
        transaction_id=transaction_id.strip()[:36],
        moment=moment,
        register_wh=exact_wh(register_wh),
        reason=(reason or "Local")[:50],
        token=normalise_token(id_token)[:255],
        samples=tuple(samples),
        received_at=received_at,
        frame_id=frame_id,
        protocol=protocol,
        flags=tuple(merge(flags, moment.flags)),
    )
    session = _find(call)
    if session is not None:
        record_stop(session, call)
    session_id = session.pk if session is not None else adopt_orphan(call, record_stop)
    _keep_samples(call, session_id)
    confirm_commands(
        station_id=station_id,
        kind="stop-charging",
        match={"transaction_id": call.transaction_id},
        now=received_at,
    )
    return Stopped(_answer(call), session_id)


def _find(call: StopCall) -> Session | None:
    """Find the transaction of this station, by its id or as a repeat of a stop that is known."""
    own = Session.objects.select_for_update().filter(station_id=call.station.id)
    if call.transaction_id not in NO_TRANSACTION:
        session = own.filter(transaction_id=call.transaction_id).first()
        if session is not None:
            return session
    if call.moment.claimed is None or call.register_wh is None:
        return None
    return own.filter(
        end_source=END_BY_STOP,
        stop_claimed_at=call.moment.claimed,
        register_stop_wh=call.register_wh,
    ).first()


def record_stop(session: Session, call: StopCall) -> None:
    """Write a stop to its session: the first real one stays, a provisional end gives way."""
    if session.end_source == END_BY_STOP:
        if not _is_same(session, call):
            _keep_conflict(session, call)
        return
    was_ended = session.ended_at is not None
    if was_ended:
        substitutes = {NO_STOP, END_SUBSTITUTED, SUPERSEDED, CLOSED_BY_NEXT_REGISTER}
        session.flags = [flag for flag in session.flags if flag not in substitutes]
    session.stop_claimed_at = call.moment.claimed
    session.stop_reason = call.reason
    session.stop_id_token = call.token
    end = End(
        at=_ended_at(session, call.moment, call.received_at),
        register_wh=call.register_wh,
        source=END_BY_STOP,
        received_at=call.received_at,
        frame_id=call.frame_id,
        flags=merge(call.flags, _judge(session, call), [LATE_STOP] if was_ended else []),
    )
    event = Event.REPLACE if was_ended else _stop_event(session, call)
    close(session, end, event=event, due_at=call.received_at + settle_delay())


def _stop_event(session: Session, call: StopCall) -> Event:
    if session.state != Session.State.REFUSED:
        return Event.STOP
    begin, end = session.register_start_wh, call.register_wh
    return Event.STOP_EMPTY if begin is None or end is None or begin == end else Event.STOP


def _ended_at(session: Session, moment: Moment, received_at: dt.datetime) -> dt.datetime:
    if moment.at >= session.started_at:
        return moment.at
    return session.started_at if moment.is_late else max(session.started_at, received_at)


def _judge(session: Session, call: StopCall) -> list[str]:
    """Return what is wrong with a stop, seen from its start."""
    found = []
    if call.moment.at < session.started_at:
        found += [TIME_SUBSTITUTED, CLOCK_SKEW]
    begin, end = session.register_start_wh, call.register_wh
    if begin is not None and end is not None and end < begin:
        found.append(REGISTER_DECREASED)
    return found


def _is_same(session: Session, call: StopCall) -> bool:
    known = (session.register_stop_wh, session.stop_claimed_at)
    if (call.register_wh, call.moment.claimed) != known:
        return False
    if call.transaction_id in NO_TRANSACTION:
        return True
    return (session.stop_reason, session.stop_id_token) == (call.reason, call.token)


def _keep_conflict(session: Session, call: StopCall) -> None:
    body = {
        "transaction_id": call.transaction_id,
        "stopped_at": call.moment.claimed.isoformat() if call.moment.claimed else None,
        "register_wh": str(call.register_wh) if call.register_wh is not None else None,
        "reason": call.reason,
        "same_card": call.token == session.stop_id_token,
    }
    known = SessionConflict.objects.filter(session=session, kind="stop_differs", body=body)
    if known.exists():
        return
    SessionConflict.objects.create(
        station_id=call.station.id,
        session=session,
        kind="stop_differs",
        received_at=call.received_at,
        body=body,
        frame_id=call.frame_id,
    )
    emit("sessions.changed", session_id=session.pk, station_id=call.station.id)


def _keep_samples(call: StopCall, session_id: int | None) -> None:
    """Store the readings that came with the stop, under the session they belong to."""
    if not call.samples:
        return
    evse_number, transaction_id = 0, call.transaction_id if call.has_id else ""
    if session_id is not None:
        known = Session.objects.values_list("evse_number", "transaction_id")
        evse_number, transaction_id = known.get(pk=session_id)
    samples = [
        replace(
            sample,
            evse_number=evse_number or sample.evse_number,
            transaction_id=transaction_id,
        )
        for sample in call.samples
    ]
    store_samples(station_id=call.station.id, samples=samples, received_at=call.received_at)


def _answer(call: StopCall) -> Authorisation | None:
    if not call.token:
        return None
    decision = decide(token=call.token, place=call.station.place, at=call.received_at)
    return told(decision)
