"""Which registers settle: plausibility and scale before the letter."""

from decimal import Decimal

import pytest

from apps.core import reasons as r
from apps.evidence.calculation import choose
from apps.evidence.grading import grade
from tests.unit.grading_facts import facts, sample


def chosen(*samples, **more):
    found = choose(facts(*samples, **more))
    return found.energy_wh, found.reasons


def test_start_and_stop_settle():
    assert chosen(sample(0.5, 103_000), sample(1.5, 109_000)) == (12_000, ())


def test_a_first_sample_of_nothing_is_never_the_baseline():
    zero = sample(0.01, 0, context="Transaction.Begin")
    assert chosen(zero, sample(1, 106_000), begin=100_000) == (12_000, ())
    energy, reasons = chosen(zero, sample(0.1, 100_500), begin=None)
    assert (energy, reasons) == (11_500, (r.BEGIN_SUBSTITUTED,))


def test_a_begin_that_makes_the_session_impossible_gives_way_to_the_first_plausible_register():
    zero = sample(0, 0, context="Transaction.Begin")
    energy, reasons = chosen(
        zero, sample(0.1, 5_100_500), sample(1, 5_106_000), begin=0, end=5_112_000
    )
    assert (energy, reasons) == (11_500, (r.BEGIN_SUBSTITUTED,))
    assert grade(facts(sample(0.1, 5_100_500), begin=0, end=5_112_000)).letter == "D"


def test_an_impossible_session_without_a_plausible_register_is_e():
    assert chosen(begin=0, end=5_112_000) == (5_112_000, (r.IMPLAUSIBLE_POWER,))
    assert grade(facts(begin=0, end=5_112_000)).letter == "E"


def test_the_limit_is_max_power_with_its_margin():
    # 11 kW for 8 hours with 5 %: 92.4 kWh, and two minutes of slack
    assert chosen(begin=0, end=92_400, hours=8) == (92_400, ())
    assert r.IMPLAUSIBLE_POWER in chosen(begin=0, end=93_000, hours=8)[1]


def test_a_counter_from_plug_in_beside_a_lifetime_register_changes_nothing():
    samples = [sample(0.5, 3_000), sample(1, 6_000), sample(1.9, 11_900)]
    assert chosen(*samples) == (12_000, (r.REGISTER_SCALE_MIXED,))
    assert grade(facts(*samples)).letter == "B"


def test_a_lifetime_register_beside_counters_changes_nothing():
    samples = [sample(0.5, 5_003_000), sample(1, 5_006_000)]
    assert chosen(*samples, begin=0, end=12_000) == (12_000, (r.REGISTER_SCALE_MIXED,))


def test_a_lost_stop_is_the_last_sample_on_the_scale_of_the_begin():
    assert chosen(sample(1, 106_000), end=None) == (6_000, (r.END_SUBSTITUTED,))
    assert chosen(sample(1, 6_000), end=None) == (
        6_000,
        (r.END_SUBSTITUTED, r.REGISTER_SCALE_MIXED),
    )


def test_an_end_sample_is_as_good_as_a_stop():
    end = sample(2, 112_000, context="Transaction.End")
    assert chosen(sample(1, 106_000), end, end=None) == (12_000, ())


def test_a_begin_sample_is_as_good_as_a_start():
    begin = sample(0, 100_000, context="Transaction.Begin")
    assert chosen(begin, sample(1, 106_000), begin=None) == (12_000, ())


def test_a_backlog_without_any_begin_says_so():
    assert chosen(sample(0.5, 103_000), begin=None, is_late=True) == (
        9_000,
        (r.BEGIN_SUBSTITUTED, r.OFFLINE_WITHOUT_BEGIN),
    )
    assert chosen(begin=None, is_late=True) == (None, (r.OFFLINE_WITHOUT_BEGIN,))


def test_nothing_at_all_chooses_nothing():
    assert chosen(begin=None, end=None) == (None, ())
    assert chosen(end=None) == (None, ())
    assert chosen(sample(1, 50), begin=None, end=None, max_kw=Decimal(0))[0] == 0


def test_a_register_that_fell_is_never_negative_energy():
    assert chosen(begin=112_000, end=100_000) == (None, (r.REGISTER_DECREASED,))


def test_a_stop_below_the_last_sample_is_a_register_that_fell():
    assert chosen(sample(1, 106_000), end=104_000) == (4_000, (r.REGISTER_DECREASED,))


def test_a_stop_a_little_below_the_last_sample_is_jitter():
    assert chosen(sample(1, 106_000), end=105_960) == (5_960, ())


def test_a_spike_at_the_stop_is_impossible_since_the_last_sample():
    samples = [sample(1, 103_000), sample(7.9, 104_000)]
    assert chosen(*samples, end=160_000, hours=8) == (60_000, (r.IMPLAUSIBLE_POWER,))


def test_samples_after_the_stop_are_an_unmetered_remainder():
    assert chosen(sample(1, 106_000), sample(2.1, 112_004)) == (12_000, ())


@pytest.mark.parametrize("flag", [r.TIME_SUBSTITUTED, r.CLOCK_SKEW])
def test_moments_that_are_not_the_stations_own_judge_no_power(flag):
    assert chosen(begin=0, end=8_000, hours=0, flags=(flag,)) == (8_000, ())
    assert r.IMPLAUSIBLE_POWER in chosen(begin=0, end=9_000_000, hours=0, flags=(flag,))[1]


def test_fractions_of_a_watt_hour_are_exact():
    assert chosen(begin="0.001", end="0.003") == (Decimal("0.002"), ())
