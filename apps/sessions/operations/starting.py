"""A station tells that a transaction started."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from apps.cards.queries import ACCEPTED, Decision, decide
from apps.core.events import emit
from apps.core.reasons import (
    BEGIN_SUBSTITUTED,
    ID_NOT_ASSURED,
    RECONSTRUCTED,
    SOURCE_UNAUTHENTICATED,
)
from apps.core.tokens import normalise_token
from apps.metering.registers import exact_wh
from apps.sessions.constants import (
    AUTOSTART,
    LATE_START,
    UNAUTHORISED,
)
from apps.sessions.models import Session
from apps.sessions.moments import merge, moment_of
from apps.sessions.operations.alarms import alarm_card
from apps.sessions.operations.authorising import (
    CONCURRENT,
    Authorisation,
    is_concurrent,
    told,
)
from apps.sessions.operations.calls import NextStart, StartCall
from apps.sessions.operations.closing import close, next_register_end, settle_delay
from apps.sessions.operations.identifying import new_transaction_id
from apps.sessions.operations.locking import lock_card, lock_station
from apps.sessions.operations.orphans import claim_orphan
from apps.sessions.operations.stopping import record_stop
from apps.sessions.queries import get_station_facts, list_ordered_tokens
from apps.sessions.states import Event, State, move
from apps.stations.operations import confirm_commands


@dataclass(frozen=True, slots=True)
class Started:
    """What the station is answered."""

    transaction_id: str
    authorisation: Authorisation
    session_id: int
    is_new: bool


def start(  # noqa: PLR0913 - what a start tells
    *,
    station_id: int,
    evse_number: int,
    connector_number: int,
    id_token: str,
    started_at: dt.datetime | None,
    register_wh: Decimal | None,
    received_at: dt.datetime,
    frame_id: int | None,
    protocol: str = "ocpp1.6",
    reservation_id: int | None = None,
    flags: Sequence[str] = (),
) -> Started:
    """Record that a transaction started; a repeat answers the transaction that is there.

    A refused start gets its own row and transaction id and touches nothing else. An accepted one
    ends what was still open on its connector. Registers in Wh.
    """
    lock_station(station_id)
    station = get_station_facts(station_id=station_id)
    moment = moment_of(
        started_at, received_at=received_at, connected_at=station.connected_at, flags=flags
    )
    begin = StartCall(
        station=station,
        evse_number=evse_number,
        connector_number=connector_number,
        token=normalise_token(id_token)[:255],
        spelling=id_token,
        moment=moment,
        register_wh=exact_wh(register_wh),
        received_at=received_at,
        frame_id=frame_id,
        protocol=protocol,
        flags=tuple(merge(flags, moment.flags)),
    )
    known = _find_repeated(begin)
    if known is not None:
        return _repeat(known, begin)
    decision, status = _decide(begin)
    session = _adopt(begin, decision) if status == ACCEPTED else None
    if session is None:
        session = _open(begin, decision, status)
        claim_orphan(session, station, record_stop)
    _end_orders(begin, status, decision.reason)
    emit("sessions.changed", session_id=session.pk, station_id=station_id)
    return Started(session.transaction_id, told(decision, status=status), session.pk, is_new=True)


def _find_repeated(begin: StartCall) -> Session | None:
    """Find the session of the same content: retries come with new message ids."""
    same = Session.objects.filter(
        station_id=begin.station.id,
        evse_number=begin.evse_number,
        connector_number=begin.connector_number,
        id_token=begin.token,
        register_start_wh=begin.register_wh,
    )
    if begin.moment.is_claimed:
        return same.filter(started_at=begin.moment.at).first()
    # a clock that is not believed may say the same moment after each boot: only what is open counts
    return same.filter(
        state__in=[State.ACTIVE, State.REFUSED],
        ended_at=None,
        start_claimed_at=begin.moment.claimed,
    ).last()


def _repeat(session: Session, begin: StartCall) -> Started:
    decision = decide(token=begin.token, place=begin.station.place, at=session.started_at)
    answer = told(decision, status=session.auth_status)
    return Started(session.transaction_id, answer, session.pk, is_new=False)


def _decide(begin: StartCall) -> tuple[Decision, str]:
    at = begin.moment.at if begin.moment.is_late else begin.received_at
    decision = decide(token=begin.token, place=begin.station.place, at=at)
    status = decision.status
    if decision.is_accepted:
        lock_card(begin.token)
        if is_concurrent(
            token=begin.token,
            station_id=begin.station.id,
            evse_number=begin.evse_number,
            started_at=begin.moment.at,
            now=begin.received_at,
        ):
            status = CONCURRENT
    if status != ACCEPTED and not begin.moment.is_late:
        kind = "card_elsewhere" if status == CONCURRENT else "card_refused"
        alarm_card(
            station_id=begin.station.id,
            kind=kind,
            token=begin.spelling,
            at=begin.received_at,
            reason=decision.reason,
        )
    return decision, status


def _open(begin: StartCall, decision: Decision, status: str) -> Session:
    is_accepted = status == ACCEPTED
    if is_accepted:
        _supersede(begin)
    session = Session(
        station_id=begin.station.id,
        evse_number=begin.evse_number,
        connector_number=begin.connector_number,
        protocol=begin.protocol,
        transaction_id=new_transaction_id(begin.station.id),
        state=Session.State(move(State.BEGIN, Event.START if is_accepted else Event.REFUSE).value),
        flags=merge(
            begin.flags,
            [] if is_accepted else [UNAUTHORISED],
            [AUTOSTART, ID_NOT_ASSURED] if decision.is_shared else [],
            [SOURCE_UNAUTHENTICATED] if begin.station.security_profile == 0 else [],
        ),
    )
    _write_begin(session, begin, decision=decision, status=status)
    session.save()
    return session


def _write_begin(session: Session, begin: StartCall, *, decision: Decision, status: str) -> None:
    is_accepted = status == ACCEPTED
    session.id_token = begin.token
    session.auth_status = status
    session.driver_id = decision.driver_id
    session.payer_link_id = decision.payer.link_id if decision.payer and is_accepted else None
    session.started_at = begin.moment.at
    session.start_claimed_at = begin.moment.claimed
    session.start_received_at = begin.received_at
    session.register_start_wh = begin.register_wh
    session.begin_frame_id = begin.frame_id


def _supersede(begin: StartCall) -> None:
    """End what is still open on the connector of an accepted start: its stop was lost.

    A start of the backlog leaves alone what began after it.
    """
    still_open = Session.objects.select_for_update().filter(
        station_id=begin.station.id,
        evse_number=begin.evse_number,
        connector_number=begin.connector_number,
        state=Session.State.ACTIVE,
    )
    next_start = NextStart(
        at=begin.moment.at,
        register_wh=begin.register_wh,
        received_at=begin.received_at,
        frame_id=begin.frame_id,
    )
    for session in still_open:
        if begin.moment.is_late and session.started_at > begin.moment.at:
            continue
        end = next_register_end(session, next_start, max_kw=begin.station.max_kw)
        close(session, end, event=Event.PRESUME, due_at=begin.received_at + settle_delay())


def _adopt(begin: StartCall, decision: Decision) -> Session | None:
    """Give a session that was reconstructed from its stop the start that arrives after it."""
    if begin.register_wh is None:
        return None
    session = (
        Session.objects.select_for_update()
        .filter(
            station_id=begin.station.id,
            evse_number=begin.evse_number,
            flags__contains=[RECONSTRUCTED],
            start_received_at__lte=begin.received_at,
            ended_at__gte=begin.moment.at,
            register_stop_wh__gte=begin.register_wh,
        )
        .order_by("ended_at", "pk")
        .first()
    )
    if session is None or not begin.moment.is_claimed:
        return None
    _write_begin(session, begin, decision=decision, status=ACCEPTED)
    dropped = {RECONSTRUCTED, BEGIN_SUBSTITUTED}
    session.flags = merge([f for f in session.flags if f not in dropped], begin.flags, [LATE_START])
    session.state = Session.State(move(session.state, Event.REPLACE).value)
    session.settle_due_at = begin.received_at + settle_delay()
    session.save()
    return session


def _end_orders(begin: StartCall, status: str, reason: str) -> None:
    """End the orders that asked for this transaction; the backlog answers none."""
    if begin.moment.is_late:
        return
    because = "elsewhere" if status == CONCURRENT else reason
    station_id = begin.station.id
    for token in list_ordered_tokens(station_id=station_id, evse_number=begin.evse_number):
        if normalise_token(token) == begin.token:  # stations change case and separators
            confirm_commands(
                station_id=station_id,
                kind="start-charging",
                match={"evse": begin.evse_number, "token": token},
                now=begin.received_at,
                refused_because="" if status == ACCEPTED else because,
            )
