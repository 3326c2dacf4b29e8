"""Registers of one session: which scale a sample is on, and what it says of the energy (pure).

Some stations report the lifetime register at start and stop and a counter from plug-in in between,
or the other way round (protocol.md §10 rule 2). The scale is judged per transaction.
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

JITTER_WH = Decimal(50)  # two readings of one moment may differ by this much
POWER_MARGIN = Decimal("1.05")
_HOUR = Decimal(3600)
ZERO = Decimal(0)


@dataclass(frozen=True, slots=True)
class Register:
    """One reading of the import register, in Wh."""

    at: dt.datetime
    wh: Decimal
    context: str = "Sample.Periodic"
    location: str = "Outlet"
    phase: str = ""
    transaction_id: str = ""
    received_at: dt.datetime | None = None


def possible_wh(*, max_kw: Decimal, begin: dt.datetime, end: dt.datetime) -> Decimal:
    """Return the most energy that can flow between two moments, with the margin of the policy."""
    seconds = Decimal(max(0, int((end - begin).total_seconds())))
    return max_kw * 1000 * seconds / _HOUR * POWER_MARGIN


def is_counter(
    first: Register, *, begin_wh: Decimal, begin_at: dt.datetime, max_kw: Decimal
) -> bool:
    """Whether samples count from plug-in while the begin is a lifetime register."""
    if first.wh >= begin_wh - JITTER_WH:
        return False
    return first.wh <= possible_wh(max_kw=max_kw, begin=begin_at, end=first.at) + JITTER_WH


def is_lifetime(
    first: Register, *, begin_wh: Decimal, begin_at: dt.datetime, max_kw: Decimal
) -> bool:
    """Whether samples are a lifetime register while the begin counts from plug-in."""
    rise = first.wh - begin_wh
    return rise > possible_wh(max_kw=max_kw, begin=begin_at, end=first.at) + 1000


def on_scale_of_begin(
    samples: Sequence[Register], *, begin_wh: Decimal, begin_at: dt.datetime, max_kw: Decimal
) -> tuple[list[Register], bool]:
    """Return samples (in time order) on the scale of the begin, and whether that took a shift.

    A counter is added to the begin. Of a lifetime register the rise since its first sample counts:
    what flowed before that sample is unknown, so nothing is invented.
    """
    if not samples:
        return [], False
    first = samples[0]
    if is_counter(first, begin_wh=begin_wh, begin_at=begin_at, max_kw=max_kw):
        shift = begin_wh
    elif is_lifetime(first, begin_wh=begin_wh, begin_at=begin_at, max_kw=max_kw):
        shift = begin_wh - first.wh
    else:
        return list(samples), False
    moved = [
        Register(
            s.at, s.wh + shift, s.context, s.location, s.phase, s.transaction_id, s.received_at
        )
        for s in samples
    ]
    return moved, True


def live_energy_wh(
    samples: Sequence[Register], *, begin_wh: Decimal | None, begin_at: dt.datetime, max_kw: Decimal
) -> Decimal:
    """Return the energy so far, in Wh: never negative, never falling."""
    if begin_wh is None:
        begin_wh = samples[0].wh if samples else ZERO
    scaled, _ = on_scale_of_begin(samples, begin_wh=begin_wh, begin_at=begin_at, max_kw=max_kw)
    return max([ZERO, *(sample.wh - begin_wh for sample in scaled)])
