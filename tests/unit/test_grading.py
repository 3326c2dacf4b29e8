"""Letters and reasons."""

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, strategies as st

from apps.core import reasons as r
from apps.evidence.calculation import Facts, Point, Signed
from apps.evidence.grading import NEVER, SUBSTITUTED, grade
from tests.unit.grading_facts import at, facts, sample


def test_a_clean_pair_of_a_proven_meter_is_b():
    assert (grade(facts()).letter, grade(facts()).reasons) == ("B", ())


def test_without_evidence_it_is_c():
    graded = grade(facts(has_evidence=False))
    assert (graded.letter, graded.reasons) == ("C", (r.NO_MID_EVIDENCE,))


@pytest.mark.parametrize("flag", sorted(SUBSTITUTED))
def test_something_substituted_is_d(flag):
    graded = grade(facts(flags=(flag,)))
    assert (graded.letter, graded.reasons) == ("D", (flag,))


@pytest.mark.parametrize("flag", sorted(NEVER))
def test_what_never_settles_is_e(flag):
    assert grade(facts(flags=(flag, r.CLOCK_SKEW))).letter == "E"


@pytest.mark.parametrize("flag", [r.SOURCE_UNAUTHENTICATED, r.TXID_CONNECTOR_MISMATCH])
def test_some_reasons_are_only_told(flag):
    graded = grade(facts(flags=(flag,)))
    assert (graded.letter, graded.reasons) == ("B", (flag,))


def test_marks_that_are_no_reasons_are_not_told():
    assert grade(facts(flags=("LATE", "JOINED"))).reasons == ()


def test_all_reasons_are_told_in_the_order_of_the_list_and_the_worst_decides():
    graded = grade(facts(flags=(r.OVERLAP, r.CLOCK_SKEW), has_evidence=False))
    assert graded.letter == "E"
    assert graded.reasons == (r.NO_MID_EVIDENCE, r.CLOCK_SKEW, r.OVERLAP)


def test_overlap_is_e():
    assert grade(facts(overlaps=True)).reasons == (r.OVERLAP,)


@pytest.mark.parametrize("missing", ["has_begin_frame", "has_end_frame"])
def test_a_missing_frame_is_d(missing):
    given: dict[str, Any] = {missing: False}
    graded = grade(facts(**given))
    assert (graded.letter, graded.reasons) == ("D", (r.NO_FRAMES,))


def test_a_frame_is_not_missed_where_none_fixes_the_end():
    graded = grade(facts(sample(1.9, 111_900), end=None, has_end_frame=False))
    assert r.NO_FRAMES not in graded.reasons


def test_a_pair_of_two_meters_is_no_pair():
    graded = grade(facts(meter_was_swapped=True))
    assert (graded.letter, graded.reasons) == ("E", (r.NO_REGISTERS,))


def test_a_provisional_end_that_the_next_register_confirms_says_so_and_stays_d():
    samples = (sample(1, 105_000), sample(1.9, 111_900))
    confirmed = grade(facts(*samples, end=None, next_wh=Decimal(111_920)))
    assert confirmed.letter == "D"
    assert confirmed.reasons == (r.END_SUBSTITUTED, r.CLOSED_BY_NEXT_REGISTER)
    for unconfirmed in (None, Decimal(115_000)):
        reasons = grade(facts(*samples, end=None, next_wh=unconfirmed)).reasons
        assert r.CLOSED_BY_NEXT_REGISTER not in reasons


def test_an_end_by_the_next_start_is_confirmed_by_itself():
    graded = grade(facts(end_source="next_start", flags=(r.NO_STOP,)))
    assert graded.reasons == (r.END_SUBSTITUTED, r.CLOSED_BY_NEXT_REGISTER, r.NO_STOP)
    assert graded.letter == "D"


def test_an_end_by_the_next_start_without_a_register_settles_nothing():
    graded = grade(facts(end=None, end_source="reading"))
    assert (graded.letter, graded.reasons, graded.energy_wh) == ("E", (r.NO_REGISTERS,), None)


def test_no_registers_tells_what_there_was_instead():
    inlet = sample(1, 105_000, location="Inlet")
    phase = sample(1, 35_000, phase="L1")
    graded = grade(facts(inlet, phase, begin=None, end=None))
    assert graded.letter == "E"
    assert graded.reasons == (r.NO_REGISTERS, r.WRONG_LOCATION, r.PHASE_ONLY)


@pytest.mark.parametrize(("claimed", "told"), [(463_000, True), (61_300, False)])
def test_energy_told_without_registers_is_judged_by_power(claimed, told):
    graded = grade(facts(begin=None, end=None, hours=8, claimed_wh=Decimal(claimed)))
    assert graded.letter == "E"
    assert (r.IMPLAUSIBLE_POWER in graded.reasons) is told


def signed(begin="0", end="12000", verdict="verified", **more) -> Signed:
    return Signed(
        verdict,
        Point(None if begin is None else Decimal(begin), at(0), "signed"),
        Point(None if end is None else Decimal(end), at(2), "signed"),
        **more,
    )


def test_a_verified_pair_is_a_and_its_registers_settle():
    graded = grade(facts(signed=signed()))
    assert (graded.letter, graded.energy_wh, graded.begin.source) == ("A", Decimal(12000), "signed")


def test_a_verified_pair_outranks_clock_skew_and_substitution():
    flags = (r.CLOCK_SKEW, r.NO_STOP, r.REGISTER_DECREASED)
    assert grade(facts(signed=signed(), flags=flags)).letter == "A"


def test_a_verified_pair_whose_clock_was_not_set_is_d():
    graded = grade(facts(signed=signed(is_synchronised=False)))
    assert (graded.letter, graded.reasons) == ("D", (r.TIME_NOT_SYNCHRONISED,))


@pytest.mark.parametrize(("evidence", "letter"), [(True, "B"), (False, "C")])
def test_a_key_that_is_only_claimed_is_b_or_c(evidence, letter):
    graded = grade(facts(signed=signed(verdict="claimed_key"), has_evidence=evidence))
    assert graded.letter == letter
    assert r.KEY_UNKNOWN in graded.reasons


@pytest.mark.parametrize(
    "verdict",
    [
        r.SIGNATURE_INVALID,
        r.INTERMEDIATE_SIGNATURE_INVALID,
        r.SIGNED_RECORD_REUSED,
        r.KEY_MISMATCH,
    ],
)
def test_a_bad_signature_is_e_even_with_clean_registers(verdict):
    graded = grade(facts(signed=signed(verdict=verdict)))
    assert (graded.letter, graded.reasons) == ("E", (verdict,))
    assert graded.begin.source == "start"


def test_identity_and_integration_are_told():
    graded = grade(facts(signed=signed(is_identity_assured=False, is_meter_integrated=False)))
    assert graded.letter == "A"
    assert graded.reasons == (r.ID_NOT_ASSURED, r.METER_NOT_INTEGRATED)


@pytest.mark.parametrize(
    ("begin", "end", "reason"),
    [
        ("100", "50", r.REGISTER_DECREASED),
        ("0", "999999", r.IMPLAUSIBLE_POWER),
        (None, "5", r.NO_REGISTERS),
    ],
)
def test_signed_values_must_make_sense_too(begin, end, reason):
    graded = grade(facts(signed=signed(begin, end)))
    assert graded.letter == "E"
    assert reason in graded.reasons


registers = st.none() | st.decimals(0, 10**9, places=3)
readings = st.lists(
    st.builds(
        sample,
        st.floats(0, 3),
        st.decimals(0, 10**9, places=3),
        location=st.sampled_from(["Outlet", "Inlet"]),
        phase=st.sampled_from(["", "L1"]),
        context=st.sampled_from(["Sample.Periodic", "Transaction.Begin", "Transaction.End"]),
    ),
    max_size=6,
)


@given(
    begin=registers,
    end=registers,
    samples=readings,
    flags=st.sets(st.sampled_from(r.REASONS), max_size=3),
    source=st.sampled_from(["stop", "next_start", "reading"]),
    proven=st.booleans(),
    late=st.booleans(),
)
def test_whatever_comes_in_a_letter_comes_out_and_energy_is_never_negative(
    begin, end, samples, flags, source, proven, late
):
    given_facts: Facts = facts(
        *sorted(samples, key=lambda one: one.at),
        begin=begin,
        end=end,
        end_source=source,
        flags=tuple(flags),
        has_evidence=proven,
        is_late=late,
    )
    graded = grade(given_facts)
    assert graded.letter in "BCDE"
    assert graded.energy_wh is None or graded.energy_wh >= 0
    assert set(graded.reasons) <= set(r.REASONS)
    assert (graded.letter == "E") == bool(NEVER & set(graded.reasons))
    if graded.letter in "BC":  # what is paid by itself is the stations's own clean pair
        assert (graded.begin.wh, graded.end.wh) == (begin, end) or begin is None or end is None
        assert graded.energy_wh is not None


def test_an_end_by_the_next_start_needs_the_frame_of_that_start():
    graded = grade(facts(end_source="next_start", has_end_frame=False))
    assert r.NO_FRAMES in graded.reasons


@pytest.mark.parametrize(("off", "is_same"), [(0, True), (50, True), (-50, True), (51, False)])
def test_the_next_register_confirms_a_reading_within_the_jitter(off, is_same):
    graded = grade(facts(end_source="reading", next_wh=Decimal(112_000 + off)))
    assert (r.CLOSED_BY_NEXT_REGISTER in graded.reasons) == is_same
