"""Registers of one session and their scale."""

from decimal import Decimal

from hypothesis import given, strategies as st

from apps.metering.registers import exact_wh, live_energy_wh, on_scale_of_begin, possible_wh
from tests.unit.grading_facts import at, sample


def live(*samples, begin="100000"):
    return live_energy_wh(
        samples,
        begin_wh=None if begin is None else Decimal(begin),
        begin_at=at(0),
        max_kw=Decimal(22),
    )


def test_possible_energy_is_power_times_time_with_a_margin():
    assert possible_wh(max_kw=Decimal(11), begin=at(0), end=at(8)) == Decimal(92400)
    assert possible_wh(max_kw=Decimal(11), begin=at(1), end=at(0)) == 0


def test_live_energy_counts_from_the_stored_start():
    assert live(sample(0.5, 103_600)) == 3_600
    assert live() == 0


def test_live_energy_of_a_counter_and_of_a_lifetime_register():
    assert live(sample(0.5, 3_600)) == 3_600
    assert live(sample(0.1, 5_000_000), sample(0.5, 5_003_000), begin="0") == 3_000


def test_live_energy_never_falls_and_a_spike_counts_for_nothing():
    assert live(sample(0.5, 103_600), sample(0.6, 103_000)) == 3_600
    assert live(sample(0.1, 99_990)) == 0
    assert live(sample(0.5, 103_600), sample(0.6, 99_000_000)) == 3_600


def test_without_a_start_register_the_first_sample_is_the_zero():
    assert live(sample(0.1, 5_000), sample(0.5, 6_000), begin=None) == 1_000
    assert live(begin=None) == 0


def test_samples_that_fit_no_scale_are_left_out():
    found, moved = on_scale_of_begin(
        [sample(0.1, 50_000)], begin_wh=Decimal(100_000), begin_at=at(0), max_kw=Decimal(11)
    )
    assert (found, moved) == ([], False)


@given(
    st.lists(st.tuples(st.floats(0, 10), st.decimals(0, 10**9, places=3)), max_size=8),
    st.none() | st.decimals(0, 10**9, places=3),
)
def test_live_energy_is_never_negative_and_never_more_than_can_flow(rows, begin):
    samples = [sample(hours, wh) for hours, wh in sorted(rows)]
    energy = live_energy_wh(samples, begin_wh=begin, begin_at=at(0), max_kw=Decimal(22))
    assert energy >= 0


def test_a_register_is_kept_to_the_thousandth():
    assert exact_wh(Decimal("12.3405")) == Decimal("12.341")
    assert exact_wh(Decimal("12.3400001")) == Decimal("12.340")
    assert exact_wh(None) is None
