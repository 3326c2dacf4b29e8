"""Which registers a session settles on (pure): plausibility and scale, before any letter.

Rules: protocol.md §10, 1 to 3. Start and stop count; a sample stands in only for what is missing
or impossible, and the reasons say so.
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from apps.core import reasons as r
from apps.metering.registers import (
    JITTER_WH,
    POWER_MARGIN,
    SLACK,
    Register,
    on_scale_of_begin,
    possible_wh,
)

BY_START, BY_CONTEXT, BY_READING, BY_SIGNATURE = "start", "context", "reading", "signed"
BY_RECONSTRUCTION = "reconstructed"
BY_STOP, BY_NEXT_START, UNKNOWN = "stop", "next_start", "none"
RESET_FROM_WH = Decimal(1000)  # below it nothing was counted that a reset could take away
VERIFIED, CLAIMED_KEY = "verified", "claimed_key"


@dataclass(frozen=True, slots=True)
class Limits:
    """What is believed: policy data, dated rows later."""

    power_margin: Decimal = POWER_MARGIN
    untimed_hours: int = 48  # how long a session may last whose moments are not its own
    overlap: dt.timedelta = dt.timedelta(seconds=60)


@dataclass(frozen=True, slots=True)
class Point:
    """One end of a session: a register in Wh, its moment, where it comes from."""

    wh: Decimal | None
    at: dt.datetime
    source: str


@dataclass(frozen=True, slots=True)
class Signed:
    """The verdict on a session's signed values."""

    verdict: str  # verified, claimed_key, or a reason code that never settles
    begin: Point
    end: Point
    is_synchronised: bool = True
    is_identity_assured: bool = True
    is_meter_integrated: bool = True

    @property
    def outranks(self) -> bool:
        """Whether its registers settle instead of the unsigned ones."""
        return self.verdict in {VERIFIED, CLAIMED_KEY}


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of a closed session."""

    begin: Point
    end: Point
    max_kw: Decimal
    samples: tuple[Register, ...] = ()  # import registers of every phase and location, in time
    flags: tuple[str, ...] = ()
    is_late: bool = False
    has_evidence: bool = False  # conformity of the meter, valid on the local date of the start
    has_begin_frame: bool = True
    has_end_frame: bool = True
    meter_was_swapped: bool = False
    overlaps: bool = False  # with one that began earlier on the same connector
    next_wh: Decimal | None = None  # the next known register of the same meter
    claimed_wh: Decimal | None = None  # energy told without registers
    signed: Signed | None = None
    modulus_wh: Decimal | None = None  # where the meter's counter begins again at zero
    limits: Limits = Limits()

    @property
    def outlet(self) -> list[Register]:
        """The samples that may settle."""
        return [sample for sample in self.samples if sample.is_total_at_outlet]

    @property
    def is_timed(self) -> bool:
        """Whether begin and end have moments of their own, so that power can be judged."""
        return not {r.TIME_SUBSTITUTED, r.CLOCK_SKEW} & set(self.flags)


@dataclass(frozen=True, slots=True)
class Stretch:
    """A rise of a register between two moments, in Wh."""

    begin_wh: Decimal
    begin_at: dt.datetime
    end_wh: Decimal
    end_at: dt.datetime

    @property
    def energy_wh(self) -> Decimal:
        """The rise; negative when the register fell."""
        return self.end_wh - self.begin_wh


@dataclass(frozen=True, slots=True)
class Chosen:
    """The registers that settle, and what had to be done for them."""

    begin: Point
    end: Point
    reasons: tuple[str, ...] = ()

    @property
    def stretch(self) -> Stretch | None:
        """The stretch between them, or None if one is missing."""
        if self.begin.wh is None or self.end.wh is None:
            return None
        return Stretch(self.begin.wh, self.begin.at, self.end.wh, self.end.at)

    @property
    def energy_wh(self) -> Decimal | None:
        """The energy between them, in Wh; None if there is none to speak of."""
        stretch = self.stretch
        return None if stretch is None or stretch.energy_wh < 0 else stretch.energy_wh


def unrolled(facts: Facts) -> Facts:
    """Return the facts with every register beyond the counter's last figure counted on.

    A register that is lower than the begin is believed to have rolled over when the begin lay in
    the last tenth of the counter and it lies in the first; all of them then stand on one scale.
    """
    begin, modulus = facts.begin.wh, facts.modulus_wh
    if begin is None or modulus is None or begin <= modulus * 9 / 10:
        return facts

    def onward(wh: Decimal | None) -> Decimal | None:
        return wh if wh is None or wh >= modulus / 10 else wh + modulus

    end = replace(facts.end, wh=onward(facts.end.wh))
    samples = tuple(replace(s, wh=onward(s.wh) or s.wh) for s in facts.samples)
    if end == facts.end and samples == facts.samples:
        return facts
    flags = (*(f for f in facts.flags if f != r.REGISTER_DECREASED), r.REGISTER_SCALE_MIXED)
    return replace(facts, end=end, samples=samples, flags=flags, next_wh=onward(facts.next_wh))


def counts_anew(
    begin_wh: Decimal, before: tuple[Decimal, Decimal], modulus_wh: Decimal | None = None
) -> bool:
    """Whether a register counts anew since the pair (begin, end in Wh) of the session before.

    It fell within that session and goes on from where it fell to, it begins at zero, or its counter
    rolled over. A register that is merely lower than before is a doubt, not a reset.
    """
    begin_before, end_before = before
    if modulus_wh is not None and end_before >= modulus_wh:
        return end_before - modulus_wh - JITTER_WH <= begin_wh < begin_before
    fell = end_before + JITTER_WH < begin_before
    if fell:
        return end_before - JITTER_WH <= begin_wh < begin_before - JITTER_WH
    return begin_wh <= JITTER_WH and end_before >= RESET_FROM_WH


def is_possible(stretch: Stretch, facts: Facts, *, is_timed: bool | None = None) -> bool:
    """Whether the station can have delivered a stretch in its time."""
    timed = facts.is_timed if is_timed is None else is_timed
    end = stretch.end_at + SLACK
    if not timed:
        end = stretch.begin_at + dt.timedelta(hours=facts.limits.untimed_hours)
    most = possible_wh(
        max_kw=facts.max_kw, begin=stretch.begin_at, end=end, margin=facts.limits.power_margin
    )
    return stretch.energy_wh <= most


def choose(facts: Facts) -> Chosen:
    """Choose the registers that settle: start and stop, and only then something in their place."""
    begin, found = _choose_begin(facts)
    end, more = _choose_end(facts, begin)
    chosen = Chosen(begin, end, (*found, *more))
    stretch = chosen.stretch
    if stretch is None:
        return chosen
    if not is_possible(stretch, facts):
        chosen = _repair_begin(facts, chosen, stretch)
        stretch = chosen.stretch or stretch
    doubt = _judge_samples(facts, stretch)
    reasons = [*chosen.reasons, *([doubt] if doubt else [])]
    return replace(chosen, reasons=tuple(dict.fromkeys(reasons)))


def _choose_begin(facts: Facts) -> tuple[Point, list[str]]:
    """Take the stored start register; a first sample replaces only a missing one."""
    if facts.begin.wh is not None:
        return facts.begin, []
    rising = [sample for sample in facts.outlet if sample.wh > 0]
    told = next((s for s in rising if s.context == "Transaction.Begin"), None)
    if told is not None:
        return Point(told.wh, told.at, BY_CONTEXT), []
    late = [r.OFFLINE_WITHOUT_BEGIN] if facts.is_late else []
    if not rising:
        return facts.begin, late
    return Point(rising[0].wh, rising[0].at, BY_READING), [r.BEGIN_SUBSTITUTED, *late]


def _choose_end(facts: Facts, begin: Point) -> tuple[Point, list[str]]:
    """Take the stop register, else the End sample, else the last sample on the begin's scale."""
    if facts.end.wh is not None:
        return facts.end, [] if facts.end.source == BY_STOP else [r.END_SUBSTITUTED]
    told = [s for s in facts.outlet if s.context == "Transaction.End"]
    if told:
        return Point(told[-1].wh, told[-1].at, BY_CONTEXT), []
    if begin.wh is None:
        return facts.end, []
    scaled, moved = on_scale_of_begin(
        facts.outlet, begin_wh=begin.wh, begin_at=begin.at, max_kw=facts.max_kw
    )
    if not scaled:
        return facts.end, []
    mixed = [r.REGISTER_SCALE_MIXED] if moved else []
    return Point(scaled[-1].wh, scaled[-1].at, BY_READING), [r.END_SUBSTITUTED, *mixed]


def _repair_begin(facts: Facts, chosen: Chosen, stretch: Stretch) -> Chosen:
    """Replace a begin that makes the session impossible by the first plausible register."""
    for sample in facts.outlet:
        shorter = replace(stretch, begin_wh=sample.wh, begin_at=sample.at)
        if 0 < sample.wh <= stretch.end_wh and is_possible(shorter, facts):
            begin = Point(sample.wh, sample.at, BY_READING)
            return Chosen(begin, chosen.end, (*chosen.reasons, r.BEGIN_SUBSTITUTED))
    return replace(chosen, reasons=(*chosen.reasons, r.IMPLAUSIBLE_POWER))


def _judge_samples(facts: Facts, stretch: Stretch) -> str:
    """Compare a pair with the samples between, within one scale only; return what is wrong."""
    if stretch.energy_wh < 0:
        return r.REGISTER_DECREASED
    between = _between(facts.outlet, stretch)
    scaled, moved = on_scale_of_begin(
        between, begin_wh=stretch.begin_wh, begin_at=stretch.begin_at, max_kw=facts.max_kw
    )
    if moved:
        return r.REGISTER_SCALE_MIXED
    if not scaled:
        return ""
    highest = max(scaled, key=lambda sample: sample.wh)
    if highest.wh - stretch.end_wh > JITTER_WH:
        return r.REGISTER_DECREASED
    last = scaled[-1]
    rest = replace(stretch, begin_wh=last.wh + JITTER_WH, begin_at=last.at)
    return "" if is_possible(rest, facts) else r.IMPLAUSIBLE_POWER


def _between(samples: Sequence[Register], stretch: Stretch) -> list[Register]:
    return [s for s in samples if stretch.begin_at <= s.at <= stretch.end_at]
