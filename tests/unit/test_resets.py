"""When a register counts anew: it fell, or began at zero; a lower one is a doubt."""

from decimal import Decimal

import pytest
from hypothesis import given, strategies as st

from apps.evidence.calculation import RESET_FROM_WH, counts_anew

registers = st.decimals(0, 10**8, places=1)


@pytest.mark.parametrize(
    ("begin", "before", "is_reset"),
    [
        (0, (90_000, 100_000), True),  # from nothing, after it had counted
        (50, (90_000, 100_000), True),  # the jitter of a reading
        (51, (90_000, 100_000), False),  # lower than before, yet not from nothing
        (100_000, (90_000, 100_000), False),  # goes on
        (100_000, (90_000, 90_000), False),
        (0, (0, 999), False),  # nothing to take away
        (0, (0, 1_000), True),
        (400, (90_000, 400), True),  # fell within the session before, and goes on from there
        (350, (90_000, 400), True),
        (349, (90_000, 400), False),
        (89_949, (90_000, 400), True),
        (89_950, (90_000, 400), False),  # as high as before it fell
        (20, (90_000, 89_950), True),  # a difference of jitter is not a fall, zero is
    ],
)
def test_the_boundaries_of_a_reset(begin, before, is_reset):
    pair = (Decimal(before[0]), Decimal(before[1]))
    assert counts_anew(Decimal(begin), pair) is is_reset


@given(registers, registers, registers)
def test_a_register_that_goes_on_was_not_reset(begin, rise, gap):
    end = begin + rise
    assert not counts_anew(end + gap, (begin, end))


@given(registers, registers)
def test_a_counter_that_begins_at_zero_every_time_is_reset_every_time(energy, earlier):
    assert counts_anew(Decimal(0), (Decimal(0), energy)) is (energy >= RESET_FROM_WH)
    assert counts_anew(Decimal(0), (earlier, earlier + energy)) is (
        earlier + energy >= RESET_FROM_WH
    )
