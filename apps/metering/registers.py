"""Registers of one session: which scale a sample is on, and what it says of the energy (pure).

Some stations report the lifetime register at start and stop and a counter from plug-in in between,
or the other way round (protocol.md §10 rule 2). The scale is judged per transaction.
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import ROUND_HALF_UP, Decimal

JITTER_WH = Decimal(50)  # two readings of one moment may differ by this much
POWER_MARGIN = Decimal("1.05")
SLACK = dt.timedelta(seconds=120)  # between a sample and the moment it was told for
# A scale is told by its order, not by the last watt: a brisk charger is not another scale.
SCALE_FACTOR, SCALE_FLOOR_WH = 3, Decimal(10_000)
ZERO = Decimal(0)
_HOUR = Decimal(3600)


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

    @property
    def is_total_at_outlet(self) -> bool:
        """Whether it may settle: the total, where the cable leaves the station."""
        return self.location == "Outlet" and not self.phase


def exact_wh(value: Decimal | None) -> Decimal | None:
    """Round a register to the thousandth of a Wh that is stored; the frame keeps it as sent."""
    return None if value is None else value.quantize(Decimal("0.001"), ROUND_HALF_UP)


def possible_wh(
    *,
    max_kw: Decimal,
    begin: dt.datetime,
    end: dt.datetime,
    margin: Decimal = POWER_MARGIN,
) -> Decimal:
    """Return the most energy that can flow between two moments, with a margin, in Wh."""
    span = max(end - begin, dt.timedelta(0))
    seconds = Decimal(span // dt.timedelta(microseconds=1)) / 1_000_000
    return max_kw * 1000 * seconds / _HOUR * margin


def on_scale_of_begin(
    samples: Sequence[Register], *, begin_wh: Decimal, begin_at: dt.datetime, max_kw: Decimal
) -> tuple[list[Register], bool]:
    """Return the samples that fit one scale, moved to that of the begin, and whether they moved.

    Samples that fit no scale (a first 0, a spike) are left out. A counter is added to the begin. Of
    a lifetime register the rise since its first sample counts: what flowed before is unknown.
    """

    def rise(sample: Register) -> Decimal:
        most = possible_wh(max_kw=max_kw, begin=begin_at, end=sample.at)
        return SCALE_FACTOR * most + SCALE_FLOOR_WH

    same = [s for s in samples if begin_wh - JITTER_WH <= s.wh <= begin_wh + rise(s)]
    counting = [s for s in samples if s.wh <= rise(s)]
    if same and len(same) >= len(counting):
        return same, False
    if counting and len(counting) * 2 > len(samples):
        return [replace(s, wh=s.wh + begin_wh) for s in counting], True
    lifetime = [s for s in samples if s.wh > begin_wh + rise(s)]
    if not lifetime:
        return [], False
    shift = begin_wh - lifetime[0].wh
    return [replace(s, wh=s.wh + shift) for s in lifetime], True


def live_energy_wh(
    samples: Sequence[Register], *, begin_wh: Decimal | None, begin_at: dt.datetime, max_kw: Decimal
) -> Decimal:
    """Return the energy so far, in Wh: never negative, never falling."""
    if begin_wh is None:
        begin_wh = samples[0].wh if samples else ZERO
    scaled, _ = on_scale_of_begin(samples, begin_wh=begin_wh, begin_at=begin_at, max_kw=max_kw)
    return max([ZERO, *(sample.wh - begin_wh for sample in scaled)])
