"""What a station of the bench says: the simulator's messages in the mix of the goals (pure)."""

import datetime as dt
import itertools
from collections.abc import Iterator

from apps.simulator.behaviour import Station, Visit
from apps.simulator.script import Charge, Message

STEP = dt.timedelta(milliseconds=10)  # moments differ and never run ahead of the clock
CYCLE = 100  # messages: one start, one stop, eight statuses and heartbeats, ninety of readings
_ARRIVES = dt.timedelta(seconds=8)  # before the simulator's car begins to charge


def card_of(identity: str) -> str:
    """Return the card of a station: one card at many stations at once would be refused."""
    return f"CARD-{identity}"


def story(identity: str, begin: dt.datetime, *, place: int = 1) -> Iterator[Message]:
    """Yield a start, then messages for ever, as if the charge had got to this place already."""
    station = Station(identity)
    moments = (begin + number * STEP for number in itertools.count())
    charge = _charge(station, next(moments))
    yield _start_of(charge)
    for now, at in enumerate(moments, place):
        if now % CYCLE == 0:
            charge = _charge(station, at)
            yield _start_of(charge)
        else:
            yield _message(charge, now % CYCLE, at)


def _charge(station: Station, at: dt.datetime) -> Charge:
    card = card_of(station.identity)
    visit = Visit(at - _ARRIVES, card, power_w=11_000, energy_wh=40_000, lingers=dt.timedelta())
    return Charge(station, connector=1, visit=visit, register_wh=1_000_000)


def _start_of(charge: Charge) -> Message:
    return charge.arrive()[1]


def _message(charge: Charge, place: int, at: dt.datetime) -> Message:
    if place == CYCLE - 1:
        return charge.leave(at, "EVDisconnected", charge.visit.token)[0]
    if place % 24 == 12:
        return Message(at, "Heartbeat", {})
    if place % 24 == 0:
        return charge.status(at, "Charging")
    return charge.reading(at)
