"""Which transaction a stop without a usable id belongs to (pure)."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from apps.metering.registers import JITTER_WH, possible_wh


@dataclass(frozen=True, slots=True)
class Candidate:
    """An open transaction of the station that sent the stop."""

    session_id: int
    started_at: dt.datetime
    begin_wh: Decimal | None
    last_wh: Decimal | None  # the last register seen, on the scale of the begin
    last_at: dt.datetime | None
    knows_its_id: bool  # the station has used our transaction id in its readings
    until: dt.datetime | None  # the connector was in other hands from here on
    card_fits: bool | None  # None: the stop names no card that we know


@dataclass(frozen=True, slots=True)
class StrayStop:
    """A stop that names no transaction of ours."""

    at: dt.datetime
    register_wh: Decimal | None
    has_id: bool  # a positive number that we never gave to this station


def fits(stop: StrayStop, candidate: Candidate, *, max_kw: Decimal) -> bool:
    """Whether time, register, power and card allow the stop to be this transaction's.

    A station that knows our id would have used it, so a strange number is never such a
    transaction's; without that knowledge a strange number needs the card as a second proof.
    """
    earliest = candidate.last_at or candidate.started_at
    if stop.at < earliest or (candidate.until is not None and stop.at > candidate.until):
        return False
    if candidate.card_fits is False:
        return False
    if stop.has_id and (candidate.knows_its_id or candidate.card_fits is None):
        return False
    if stop.register_wh is None or candidate.begin_wh is None:
        return not stop.has_id
    floor = candidate.begin_wh if candidate.last_wh is None else candidate.last_wh
    ceiling = candidate.begin_wh + possible_wh(
        max_kw=max_kw, begin=candidate.started_at, end=stop.at
    )
    return floor - JITTER_WH <= stop.register_wh <= ceiling + JITTER_WH


def match(stop: StrayStop, candidates: Sequence[Candidate], *, max_kw: Decimal) -> Candidate | None:
    """Return the one open transaction that a stray stop can belong to; never a guess of two."""
    found = [c for c in candidates if fits(stop, c, max_kw=max_kw)]
    return found[0] if len(found) == 1 else None
