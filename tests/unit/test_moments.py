"""When something happened, if the station's clock can be believed."""

import datetime as dt

import pytest

from apps.core.reasons import CLOCK_SKEW, TIME_SUBSTITUTED
from apps.sessions.constants import LATE
from apps.sessions.moments import merge, moment_of

NOW = dt.datetime(2026, 10, 1, 8, tzinfo=dt.UTC)
BEFORE, AFTER = dt.timedelta(seconds=-301), dt.timedelta(seconds=301)


def judge(claimed, *, connected=None, flags=()):
    moment = moment_of(claimed, received_at=NOW, connected_at=connected, flags=flags)
    return moment.at, moment.flags


def test_a_moment_near_now_is_believed():
    for claimed in (NOW, NOW - dt.timedelta(seconds=300), NOW + dt.timedelta(seconds=300)):
        assert judge(claimed) == (claimed, ())


@pytest.mark.parametrize(
    "claimed",
    [
        dt.datetime(1970, 1, 1, tzinfo=dt.UTC),
        dt.datetime(2000, 1, 1, tzinfo=dt.UTC),
        dt.datetime(1, 1, 1, tzinfo=dt.UTC),
        dt.datetime(9999, 12, 31, tzinfo=dt.UTC),
        NOW + AFTER,
    ],
)
def test_a_clock_that_was_never_set_or_runs_ahead_is_not_believed(claimed):
    assert judge(claimed) == (NOW, (TIME_SUBSTITUTED, CLOCK_SKEW))


def test_no_moment_is_the_receive_time():
    assert judge(None) == (NOW, (TIME_SUBSTITUTED,))
    assert judge(NOW, flags=(TIME_SUBSTITUTED,)) == (NOW, (TIME_SUBSTITUTED,))
    assert not moment_of(None, received_at=NOW).is_claimed


def test_an_old_moment_is_a_backlog():
    for claimed in (NOW + BEFORE, NOW - dt.timedelta(days=120)):
        assert judge(claimed) == (claimed, (LATE,))
        assert judge(claimed, connected=NOW) == (claimed, (LATE,))
        assert moment_of(claimed, received_at=NOW).is_late


def test_an_old_moment_of_a_station_that_was_connected_is_a_slow_clock():
    claimed = NOW + BEFORE
    assert judge(claimed, connected=NOW - dt.timedelta(days=1)) == (claimed, (CLOCK_SKEW,))


def test_flags_are_joined_each_once_in_their_order():
    assert merge(["b", "a"], ["a", "c"]) == ["b", "a", "c"]
