"""The clock replays moments for the demo's history, in one context only."""

import datetime as dt
import threading

import pytest

from apps.core import clock

THEN = dt.datetime(2026, 9, 1, 8, tzinfo=dt.UTC)


def test_a_replayed_moment_is_now_until_the_block_ends():
    with clock.replaying(THEN):
        assert clock.now() == THEN
        with clock.replaying(THEN + dt.timedelta(hours=1)):
            assert clock.now().hour == 9
        assert clock.now() == THEN
    assert clock.now() > THEN


def test_another_thread_keeps_the_real_time():
    seen = []
    with clock.replaying(THEN):
        thread = threading.Thread(target=lambda: seen.append(clock.now()))
        thread.start()
        thread.join()
    assert seen[0] > THEN


def test_a_moment_without_zone_is_refused():
    with pytest.raises(ValueError, match="time zone"), clock.replaying(dt.datetime(2026, 1, 1)):  # noqa: DTZ001
        pass


def test_microseconds_are_exact():
    moment = dt.datetime(2026, 10, 1, 8, 0, 0, 123456, tzinfo=dt.UTC)
    assert clock.microseconds(moment) == 1790841600123456
