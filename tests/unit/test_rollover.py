"""A counter that rolled over goes on; a register that fell for another reason does not."""

from decimal import Decimal

import pytest
from hypothesis import given, strategies as st

from apps.core import reasons as r
from apps.evidence.calculation import counts_anew
from apps.evidence.grading import grade
from tests.unit.grading_facts import facts, sample

TURN = Decimal(10**8)


def graded(*samples, **more):
    return grade(facts(*samples, modulus_wh=TURN, **more))


def test_a_counter_that_rolled_over_settles_and_says_so():
    got = graded(
        sample(0.5, 99_998_000),
        sample(1, 1_000),
        begin=99_995_000,
        end=7_000,
        flags=(r.REGISTER_DECREASED,),
    )
    assert (got.letter, got.reasons) == ("B", (r.REGISTER_SCALE_MIXED,))
    assert (got.begin.wh, got.end.wh, got.energy_wh) == (99_995_000, 100_007_000, 12_000)


def test_a_last_reading_beyond_the_turn_stands_in_for_a_lost_stop():
    got = graded(
        sample(1, 99_999_000),
        sample(1.9, 4_000),
        begin=99_995_000,
        end=None,
        next_wh=Decimal(4_000),
    )
    assert got.energy_wh == 9_000
    assert r.CLOSED_BY_NEXT_REGISTER in got.reasons


@pytest.mark.parametrize(
    ("begin", "end"),
    [
        (90_000_000, 5_000),  # not in the last tenth
        (99_995_000, 10_000_000),  # fell, but not to the first tenth
        (99_995_000, 99_994_000),
    ],
)
def test_a_register_that_fell_elsewhere_is_never_settled(begin, end):
    assert graded(begin=begin, end=end).letter == "E"


def test_a_counter_whose_turn_nobody_told_fell():
    assert grade(facts(begin=99_995_000, end=7_000)).letter == "E"


def test_a_turn_that_no_charger_could_make_is_never_settled():
    got = graded(begin=90_000_001, end=9_999_999)
    assert (got.letter, got.reasons) == ("E", (r.REGISTER_SCALE_MIXED, r.IMPLAUSIBLE_POWER))


def test_a_missing_begin_and_a_session_before_the_turn_stay_as_they_are():
    assert graded(sample(1, 99_999_000), begin=None, end=99_999_900).reasons == (
        r.BEGIN_SUBSTITUTED,
    )
    assert graded(begin=99_980_000, end=99_990_000).reasons == ()


@given(
    st.decimals(TURN * 9 / 10 + 1, TURN - 1, places=0),
    st.decimals(0, 20_000, places=0),
)
def test_a_turn_changes_no_energy(begin, energy):
    got = graded(begin=begin, end=(begin + energy) % TURN)
    assert (got.letter, got.energy_wh) == ("B", energy)


@pytest.mark.parametrize(
    ("begin", "end_before", "is_new"),
    [
        (7_000, 100_007_000, True),  # goes on behind the turn
        (6_950, 100_007_000, True),
        (6_949, 100_007_000, False),
        (99_994_999, 100_007_000, True),
        (99_995_000, 100_007_000, False),  # as high as before the turn
        (0, 100_000_000, True),
        (99_999_000, 99_999_000, False),  # not there yet
    ],
)
def test_behind_the_turn_a_register_counts_anew(begin, end_before, is_new):
    before = (Decimal(99_995_000), Decimal(end_before))
    assert counts_anew(Decimal(begin), before, TURN) is is_new
