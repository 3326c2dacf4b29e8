"""The settlement grade: five letters with their reasons (pure; money.md §2.5).

First the registers are chosen (`calculation.py`), then their pair is graded. All reasons are told,
the worst decides.
"""

from dataclasses import dataclass
from decimal import Decimal

from apps.core import reasons as r
from apps.evidence.calculation import (
    BY_NEXT_START,
    BY_READING,
    BY_START,
    BY_STOP,
    CLAIMED_KEY,
    VERIFIED,
    Chosen,
    Facts,
    Point,
    Signed,
    Stretch,
    choose,
    is_possible,
    unrolled,
)
from apps.metering.registers import JITTER_WH

NEVER = frozenset(
    {
        r.REGISTER_DECREASED,
        r.NO_REGISTERS,
        r.WRONG_LOCATION,
        r.PHASE_ONLY,
        r.IMPLAUSIBLE_POWER,
        r.OVERLAP,
        r.SIGNATURE_INVALID,
        r.INTERMEDIATE_SIGNATURE_INVALID,
        r.SIGNED_RECORD_REUSED,
        r.KEY_MISMATCH,
    }
)
SUBSTITUTED = frozenset(
    {
        r.BEGIN_SUBSTITUTED,
        r.END_SUBSTITUTED,
        r.TIME_SUBSTITUTED,
        r.INTERPOLATED,
        r.CLOCK_SKEW,
        r.TIME_NOT_SYNCHRONISED,
        r.OFFLINE_WITHOUT_BEGIN,
        r.RECONSTRUCTED,
        r.NO_STOP,
        r.TXID_REUSED,
        r.NO_FRAMES,
    }
)
# What a pair of signed values replaces: its own begin, end and moments count.
REPLACED_BY_SIGNATURE = frozenset(
    {
        r.NO_REGISTERS,
        r.WRONG_LOCATION,
        r.PHASE_ONLY,
        r.REGISTER_DECREASED,
        r.REGISTER_SCALE_MIXED,
        r.IMPLAUSIBLE_POWER,
        r.CLOSED_BY_NEXT_REGISTER,
        r.BEGIN_SUBSTITUTED,
        r.END_SUBSTITUTED,
        r.TIME_SUBSTITUTED,
        r.CLOCK_SKEW,
        r.OFFLINE_WITHOUT_BEGIN,
        r.NO_STOP,
    }
)


@dataclass(frozen=True, slots=True)
class Grade:
    """The letter, all reasons, and the registers it is about; energy in Wh."""

    letter: str
    reasons: tuple[str, ...]
    begin: Point
    end: Point
    energy_wh: Decimal | None


def grade(facts: Facts) -> Grade:
    """Grade a closed session: the letter, every reason, and the registers that settle."""
    facts = unrolled(facts)
    chosen, signed = choose(facts), facts.signed
    told = {
        *_missing(facts, chosen),
        *chosen.reasons,
        *(flag for flag in facts.flags if flag in r.REASONS),
        *_closed_by_next(facts, chosen),
        *_frames(facts, chosen),
        *([r.OVERLAP] if facts.overlaps else []),
        *([] if facts.has_evidence else [r.NO_MID_EVIDENCE]),
    }
    if signed is not None:
        if signed.outranks:
            chosen = Chosen(signed.begin, signed.end)
            told -= REPLACED_BY_SIGNATURE
        told |= set(_judge_signed(facts, signed, chosen.stretch))
    is_verified = signed is not None and signed.verdict == VERIFIED
    return Grade(
        _letter(told, is_verified=is_verified),
        tuple(reason for reason in r.REASONS if reason in told),
        chosen.begin,
        chosen.end,
        chosen.energy_wh,
    )


def _letter(told: set[str], *, is_verified: bool) -> str:
    if told & NEVER:
        return "E"
    if told & SUBSTITUTED:
        return "D"
    if is_verified:
        return "A"
    return "C" if r.NO_MID_EVIDENCE in told else "B"


def _missing(facts: Facts, chosen: Chosen) -> list[str]:
    """Say why there is no pair of registers of one meter."""
    if chosen.stretch is not None:
        return [r.NO_REGISTERS] if facts.meter_was_swapped else []
    found = [r.NO_REGISTERS]
    if any(sample.location != "Outlet" for sample in facts.samples):
        found.append(r.WRONG_LOCATION)
    if any(sample.phase for sample in facts.samples):
        found.append(r.PHASE_ONLY)
    if facts.claimed_wh is not None:
        claimed = Stretch(Decimal(0), facts.begin.at, facts.claimed_wh, facts.end.at)
        found += [] if is_possible(claimed, facts) else [r.IMPLAUSIBLE_POWER]
    return found


def _frames(facts: Facts, chosen: Chosen) -> list[str]:
    """Say that a frame which fixes an end of the session is missing."""
    needs_begin = chosen.begin.source == BY_START
    needs_end = chosen.end.source in {BY_STOP, BY_NEXT_START}
    has_all = (facts.has_begin_frame or not needs_begin) and (facts.has_end_frame or not needs_end)
    return [] if has_all else [r.NO_FRAMES]


def _closed_by_next(facts: Facts, chosen: Chosen) -> list[str]:
    """Say that the same meter's next known register confirms a provisional end."""
    if chosen.end.source == BY_NEXT_START:
        return [r.CLOSED_BY_NEXT_REGISTER]
    if chosen.end.source != BY_READING or chosen.end.wh is None or facts.next_wh is None:
        return []
    is_same = abs(facts.next_wh - chosen.end.wh) <= JITTER_WH
    return [r.CLOSED_BY_NEXT_REGISTER] if is_same else []


def _judge_signed(facts: Facts, signed: Signed, stretch: Stretch | None) -> list[str]:
    """Say what is wrong with a session's signed values; they outrank what is not signed."""
    told = {
        signed.verdict: signed.verdict in NEVER,
        r.KEY_UNKNOWN: signed.verdict == CLAIMED_KEY,
        r.TIME_NOT_SYNCHRONISED: not signed.is_synchronised,
        r.ID_NOT_ASSURED: not signed.is_identity_assured,
        r.METER_NOT_INTEGRATED: not signed.is_meter_integrated,
    }
    if signed.outranks and stretch is not None:
        told[r.REGISTER_DECREASED] = stretch.energy_wh < 0
        told[r.IMPLAUSIBLE_POWER] = not is_possible(stretch, facts, is_timed=signed.is_synchronised)
    if signed.outranks and stretch is None:
        told[r.NO_REGISTERS] = True
    return [reason for reason, holds in told.items() if holds]
