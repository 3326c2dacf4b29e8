"""A stop whose start never came: the session is made from what else is known."""

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal

from apps.cards.queries import decide
from apps.core.events import emit
from apps.core.reasons import BEGIN_SUBSTITUTED, RECONSTRUCTED, SOURCE_UNAUTHENTICATED
from apps.metering.queries import IMPORT_REGISTER, list_transaction_registers
from apps.metering.registers import possible_wh
from apps.metering.samples import Sample
from apps.sessions.constants import END_BY_STOP, PRESUMED_DELAY
from apps.sessions.models import OrphanStop, Session
from apps.sessions.moments import merge
from apps.sessions.operations.calls import StopCall
from apps.sessions.operations.identifying import new_transaction_id
from apps.sessions.queries import find_only_evse
from apps.sessions.states import Event, State, move


@dataclass(frozen=True, slots=True)
class _Origin:
    """Where a session whose start never came must have begun."""

    evse_number: int
    at: dt.datetime
    register_wh: Decimal
    flags: tuple[str, ...] = ()


def reconstruct(call: StopCall, orphan: OrphanStop) -> int | None:
    """Make a session of an orphan whose begin is known by other means; else None."""
    origin = _origin_of(call)
    if origin is None or call.register_wh is None or call.register_wh < origin.register_wh:
        return None
    most = possible_wh(max_kw=call.station.max_kw, begin=origin.at, end=call.moment.at)
    if call.register_wh - origin.register_wh > most:
        return None
    decision = decide(token=call.token, place=call.station.place, at=origin.at)
    is_unauthenticated = call.station.security_profile == 0
    session = Session.objects.create(
        station_id=call.station.id,
        evse_number=origin.evse_number,
        protocol=call.protocol,
        transaction_id=new_transaction_id(call.station.id),
        state=Session.State(move(State.BEGIN, Event.RECONSTRUCT).value),
        id_token=call.token,
        auth_status=decision.status,
        stop_id_token=call.token,
        driver_id=decision.driver_id,
        payer_link_id=decision.payer.link_id if decision.payer and decision.is_accepted else None,
        started_at=origin.at,
        start_received_at=call.received_at,
        ended_at=call.moment.at,
        stop_claimed_at=call.moment.claimed,
        stop_received_at=call.received_at,
        stop_reason=call.reason,
        register_start_wh=origin.register_wh,
        register_stop_wh=call.register_wh,
        end_source=END_BY_STOP,
        end_frame_id=call.frame_id,
        orphan_stop=orphan,
        flags=merge(
            [RECONSTRUCTED],
            origin.flags,
            call.flags,
            [SOURCE_UNAUTHENTICATED] if is_unauthenticated else [],
        ),
        settle_due_at=call.received_at + PRESUMED_DELAY,
    )
    emit("sessions.changed", session_id=session.pk, station_id=session.station_id)
    return session.pk


def _origin_of(call: StopCall) -> _Origin | None:
    """Find the begin in the stop's own samples, in readings of its id, or in the stop before it."""
    only = find_only_evse(station_id=call.station.id)
    told = [s for s in call.samples if is_outlet_register(s) and s.taken_at <= call.moment.at]
    if told:
        first = min(told, key=lambda sample: sample.taken_at)
        evse = first.evse_number or only
        return _Origin(evse, first.taken_at, first.value) if evse else None
    if only is None or _is_busy(call, only):
        return None
    if call.has_id:
        seen = list_transaction_registers(
            station_id=call.station.id, transaction_id=call.transaction_id
        )
        return _Origin(only, seen[0].at, seen[0].wh, (BEGIN_SUBSTITUTED,)) if seen else None
    before = (
        Session.objects.filter(
            station_id=call.station.id,
            evse_number=only,
            ended_at__lte=call.moment.at,
            register_stop_wh__lte=call.register_wh,
        )
        .order_by("-ended_at", "-pk")
        .values_list("ended_at", "register_stop_wh")
        .first()
    )
    if before is None or before[0] is None or before[1] is None:
        return None
    return _Origin(only, before[0], before[1], (BEGIN_SUBSTITUTED,))


def _is_busy(call: StopCall, evse_number: int) -> bool:
    return Session.objects.filter(
        station_id=call.station.id, evse_number=evse_number, state=State.ACTIVE
    ).exists()


def is_outlet_register(sample: Sample) -> bool:
    """Whether a sample is the total import register at the outlet."""
    return (sample.measurand, sample.location, sample.phase) == (IMPORT_REGISTER, "Outlet", "")
