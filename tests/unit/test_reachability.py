import datetime as dt
from fractions import Fraction

from hypothesis import given, strategies as st

from apps.stations.reachability import reachable_share

T0 = dt.datetime(2026, 11, 1, tzinfo=dt.UTC)
minutes = st.integers(0, 120)


def at(minute):
    return T0 + dt.timedelta(minutes=minute)


@given(st.lists(st.tuples(minutes, minutes)), minutes, minutes)
def test_the_share_is_that_of_the_minutes_that_any_span_covers(spans, begin, end):
    """Against a count of each minute; spans overlap, reach outside, or are turned around."""
    asked = range(begin, end)
    met = sum(any(first <= minute < last for first, last in spans) for minute in asked)
    wanted = Fraction(met, len(asked)) if asked else Fraction(1)
    found = reachable_share(
        [(at(first), at(last)) for first, last in spans], begin=at(begin), end=at(end)
    )
    assert found == wanted


def test_nothing_at_all_is_nothing():
    assert reachable_share([], begin=at(0), end=at(1)) == 0
