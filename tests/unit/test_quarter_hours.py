import datetime as dt
from decimal import Decimal
from itertools import pairwise
from zoneinfo import ZoneInfo

from hypothesis import given, strategies as st

from apps.cdrs.calculation import QUARTER, quarter_hours

D = Decimal
T0 = dt.datetime(2026, 10, 14, 19, 47, tzinfo=dt.UTC)
HOME = ZoneInfo("Europe/Amsterdam")


def at(minutes, value):
    return T0 + dt.timedelta(minutes=minutes), D(value)


def test_a_session_without_readings_is_shared_over_time_and_says_so():
    got = quarter_hours(at(0, 1000), at(30, 4000), [])
    assert [(p.begin_at.minute, p.energy_wh, p.gap) for p in got] == [
        (47, D("1300.000"), dt.timedelta(0)),
        (0, D("1500.000"), dt.timedelta(minutes=30)),
        (15, D("200.000"), dt.timedelta(minutes=30)),
    ]


def test_readings_decide_where_the_energy_lies():
    got = quarter_hours(at(0, 0), at(60, 6000), [at(13, 3000), at(43, 3000), at(58, 6000)])
    assert [(p.begin_at.strftime("%H:%M"), p.energy_wh) for p in got] == [
        ("19:47", D(3000)),
        ("20:30", D("3000.000")),  # the quarters in which the car waited hold nothing
    ]


def test_a_mark_is_told_by_the_readings_around_it():
    got = quarter_hours(at(0, 0), at(48, 6000), [at(13, 1000), at(26, 2000), at(40, 5000)])
    assert [(f"{p.begin_at:%H:%M}", p.gap) for p in got] == [
        ("19:47", dt.timedelta(0)),
        ("20:00", dt.timedelta(0)),  # read at that very moment
        ("20:15", dt.timedelta(minutes=14)),
        ("20:30", dt.timedelta(minutes=8)),
    ]


def test_the_last_part_takes_the_remainder():
    got = quarter_hours(at(0, 0), at(45, "0.100"), [])
    assert sum(p.energy_wh for p in got) == D("0.100")


def test_a_reading_that_falls_back_or_lies_outside_is_not_used():
    noise = [at(-5, 10), at(90, 10), at(20, 99999), at(25, 200), at(30, 100), at(35, 300)]
    spike = [at(10, 5900)]
    clean = quarter_hours(at(0, 0), at(60, 6000), [at(30, 100), at(35, 300)])
    got = quarter_hours(at(0, 0), at(60, 6000), noise + spike)
    assert sum(p.energy_wh for p in got) == 6000
    assert got[-1] == clean[-1]


def test_a_session_without_length_is_one_part():
    got = quarter_hours(at(0, 0), at(0, 500), [])
    assert [(p.begin_at, p.end_at, p.energy_wh) for p in got] == [(T0, T0, D(500))]


def test_an_end_before_the_begin_is_one_part_too():
    got = quarter_hours(at(0, 0), at(-20, 500), [])
    assert [(p.begin_at, p.end_at, p.energy_wh) for p in got] == [(T0, T0, D(500))]


def test_a_session_that_a_broken_clock_made_years_long_is_one_part():
    begin = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
    got = quarter_hours((begin, D(0)), at(0, 500), [])
    assert [p.energy_wh for p in got] == [D(500)]


def test_a_session_without_energy_has_no_parts():
    assert quarter_hours(at(0, 700), at(300, 700), [at(60, 700)]) == ()


def test_the_night_of_the_clock_change_has_all_its_quarters():
    begin = dt.datetime(2026, 10, 24, 23, 50, tzinfo=dt.UTC)  # 01:50 CEST
    end = dt.datetime(2026, 10, 25, 1, 20, tzinfo=dt.UTC)  # 02:20 CET: 90 minutes later
    got = quarter_hours((begin, D(0)), (end, D(9000)), [])
    assert sum((p.end_at - p.begin_at for p in got), dt.timedelta()).seconds == 5400
    local = [p.begin_at.astimezone(HOME) for p in got]
    assert [f"{t:%H:%M%z}" for t in local if t.hour == 2] == [
        *("02:00+0200", "02:15+0200", "02:30+0200", "02:45+0200"),
        *("02:00+0100", "02:15+0100"),
    ]


moments = st.integers(min_value=-(3600 * 2), max_value=3600 * 30).map(
    lambda s: T0 + dt.timedelta(seconds=s)
)
values = st.decimals(min_value=0, max_value=60_000, places=3)


@given(
    st.integers(min_value=0, max_value=3600 * 26),
    values,
    values,
    st.lists(st.tuples(moments, values), max_size=40),
)
def test_the_parts_sum_to_the_energy_and_never_run_backwards(seconds, one, two, readings):
    low, high = min(one, two), max(one, two)
    end_at = T0 + dt.timedelta(seconds=seconds)
    got = quarter_hours((T0, low), (end_at, high), readings)
    assert sum(p.energy_wh for p in got) == high - low
    assert all(p.energy_wh > 0 and p.begin_at <= p.end_at <= max(T0, end_at) for p in got)
    assert all(p.end_at - p.begin_at <= QUARTER for p in got)
    assert all(a.end_at <= b.begin_at for a, b in pairwise(got))
