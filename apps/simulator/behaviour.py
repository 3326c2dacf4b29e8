"""What a simulated station is, and who comes to charge when (pure, seeded).

The visits of a day are drawn from the seed, the identity, the connector and the date alone, so any
span of time gives the same visits, in history and live.
"""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from random import Random
from typing import NamedTuple
from zoneinfo import ZoneInfo

HABITS = ("", "forgets_stop", "clock_ahead", "register_resets")
CLOCK_AHEAD = dt.timedelta(minutes=17)
_ZONE = ZoneInfo("Europe/Amsterdam")
_WORKDAYS, _WEEKEND = frozenset(range(5)), frozenset((5, 6))


@dataclass(frozen=True, slots=True)
class Station:
    """One charging station as it was bought and installed; power in W, registers in Wh.

    Each connector has regulars of its own among the tokens, as far as they go round: a card does
    not charge twice at once.
    """

    identity: str
    profile: str = "home"
    seed: int = 0
    tokens: tuple[str, ...] = ()
    connectors: int = 1
    max_w: int = 11_000
    phases: int = 3
    interval_s: int = 60
    heartbeat_s: int = 0  # 0: none
    habit: str = ""  # one of HABITS: what it does wrong on one visit in four
    chance_percent: int = 100  # scales how often somebody comes
    vendor: str = "Laadboek"
    model: str = "Sim 11"
    firmware: str = "1.0.0"
    meter_serial: str = ""

    @property
    def serial(self) -> str:
        """Its serial number."""
        return f"SIM-{self.identity}"


class Span(NamedTuple):
    """A half-open stretch of time."""

    begin: dt.datetime
    end: dt.datetime


@dataclass(frozen=True, slots=True)
class Visit:
    """A vehicle comes, takes energy at a power and stays a while after it is full."""

    at: dt.datetime
    token: str
    power_w: int
    energy_wh: int
    lingers: dt.timedelta
    fault: str = ""


@dataclass(frozen=True, slots=True)
class Window:
    """When vehicles arrive (local minutes of the day), how often and for how much."""

    weekdays: frozenset[int]
    opens: int
    lasts: int
    percent: int
    least_wh: int
    most_wh: int


# No visit of one window reaches into the next one, even at 7.4 kW.
PROFILES: dict[str, tuple[Window, ...]] = {
    "home": (
        Window(_WORKDAYS, 17 * 60 + 15, 165, 70, 8_000, 34_000),
        Window(_WEEKEND, 12 * 60, 420, 45, 10_000, 30_000),
    ),
    "office": (
        Window(_WORKDAYS, 7 * 60 + 20, 120, 75, 6_000, 22_000),
        Window(_WORKDAYS, 13 * 60 + 20, 70, 35, 4_000, 14_000),
    ),
    "busy": (),  # one visit after the other: `_back_to_back`
}


def visits(station: Station, connector: int, span: Span) -> Iterator[Visit]:
    """Yield the visits of a connector that begin in the span, in order."""
    if not station.tokens:
        return
    if station.profile == "busy":
        yield from _back_to_back(station, connector, span)
        return
    begin, end = span
    day = begin.astimezone(_ZONE).date() - dt.timedelta(days=1)
    while day <= end.astimezone(_ZONE).date():
        for visit in _of_day(station, connector, day):
            if begin <= visit.at < end:
                yield visit
        day += dt.timedelta(days=1)


def charging_seconds(power_w: int, energy_wh: int) -> tuple[int, int]:
    """Return how long full power and then the last tenth at half power take, in seconds."""
    full = energy_wh * 9 // 10
    return -(-full * 3600 // power_w), -(-(energy_wh - full) * 7200 // power_w)


def _of_day(station: Station, connector: int, day: dt.date) -> Iterator[Visit]:
    midnight = dt.datetime.combine(day, dt.time(), tzinfo=_ZONE)
    for number, window in enumerate(PROFILES[station.profile]):
        rng = Random(f"{station.seed}/{station.identity}/{connector}/{day}/{number}")
        comes = rng.randrange(10_000) < window.percent * station.chance_percent
        if comes and day.weekday() in window.weekdays:
            minute = window.opens + rng.randrange(window.lasts)
            local = midnight.replace(hour=minute // 60, minute=minute % 60)
            moment = local.astimezone(dt.UTC) + dt.timedelta(seconds=rng.randrange(60))
            yield _visit(station, connector, rng, at=moment, wh=(window.least_wh, window.most_wh))


def _back_to_back(station: Station, connector: int, span: Span) -> Iterator[Visit]:
    rng = Random(f"{station.seed}/{station.identity}/{connector}/busy")
    moment = span.begin + dt.timedelta(seconds=rng.randrange(1, 25))
    while moment < span.end:
        visit = _visit(station, connector, rng, at=moment, wh=(1_500, 6_000))
        yield visit
        taken = sum(charging_seconds(visit.power_w, visit.energy_wh))
        gap = dt.timedelta(seconds=taken + rng.randrange(90, 240))
        moment = visit.at + visit.lingers + gap


def _visit(
    station: Station, connector: int, rng: Random, *, at: dt.datetime, wh: tuple[int, int]
) -> Visit:
    own = station.tokens[connector - 1 :: station.connectors] or station.tokens
    ceiling = min(station.max_w, 11_000)  # what vehicles take from an AC station
    power = ceiling - rng.randrange(0, ceiling // 20)
    energy = rng.randrange(*wh)
    lingers = rng.randrange(30, 180) if station.profile == "busy" else rng.randrange(300, 2400)
    fault = station.habit if rng.randrange(4) == 0 else ""
    token = own[rng.randrange(len(own))]
    return Visit(at, token, power, energy, dt.timedelta(seconds=lingers), fault)
