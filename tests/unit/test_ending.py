"""When an open session whose stop never came is over."""

import datetime as dt
from typing import Any

import pytest

from apps.sessions.ending import OpenSession, over_since

T0 = dt.datetime(2026, 10, 1, 8, tzinfo=dt.UTC)


def at(hours: float) -> dt.datetime:
    return T0 + dt.timedelta(hours=hours)


def judge(now: float, **more: Any) -> dt.datetime | None:
    return over_since(OpenSession(started_at=at(0), start_received_at=at(0), **more), now=at(now))


def said(occupancy: str, hours: float, charging: str = "") -> dict[str, Any]:
    return {
        "occupancy": occupancy,
        "charging_state": charging,
        "status_at": at(hours),
        "status_received_at": at(hours),
        "station_seen_at": at(1000),
    }


def test_a_session_without_any_news_runs():
    assert judge(1) is None
    assert judge(1, **said("occupied", 0.1, "charging")) is None


def test_a_free_connector_ends_it_after_a_while():
    assert judge(1.05, **said("available", 1)) is None
    assert judge(1.1, **said("available", 1)) == at(1)


def test_a_status_from_before_the_start_ends_nothing():
    assert judge(5, **said("available", -1)) is None
    assert judge(5, **said("available", 0)) is None


def test_a_reading_after_the_status_keeps_it_alive():
    assert judge(5, **said("available", 1), last_reading_at=at(2)) is None
    assert judge(5, **said("available", 3), last_reading_at=at(2)) == at(3)


@pytest.mark.parametrize("charging", ["ev_connected", "finishing", ""])
def test_a_cable_that_is_in_while_nothing_charges_takes_longer(charging):
    news = said("occupied", 1, charging)
    assert judge(1.5, **news) is None
    assert judge(2.1, **news) == at(1)
    assert judge(1.1, **news, booted_at=at(0.9)) == at(1)
    assert judge(1.1, **news, booted_at=at(-1)) is None


@pytest.mark.parametrize("charging", ["charging", "suspended_ev", "suspended_evse"])
def test_a_paused_car_is_not_gone(charging):
    assert judge(300, **said("occupied", 1, charging)) is None


def test_a_faulted_connector_ends_nothing():
    assert judge(50, **said("faulted", 1)) is None


def test_silence_of_the_station_ends_it():
    assert judge(71) is None
    assert judge(72) == at(0)
    assert judge(80, last_reading_at=at(3), last_sign_at=at(10)) is None
    assert judge(82, last_reading_at=at(3), last_sign_at=at(10)) == at(3)


def test_a_station_that_lives_keeps_its_transaction_for_two_weeks():
    assert judge(14 * 24 - 1, station_seen_at=at(14 * 24)) is None
    assert judge(14 * 24, station_seen_at=at(14 * 24)) == at(0)
