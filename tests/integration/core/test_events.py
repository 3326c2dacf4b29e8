"""Events after commit: ids only, and a failing listener harms nobody."""

import logging

import pytest

from apps.core import binding, events


@pytest.fixture
def heard():
    seen = []

    def listener(**ids):
        seen.append(ids)

    events.listen("test.happened", listener)
    yield seen
    events._listeners.pop("test.happened", None)


def test_an_event_is_published_after_the_commit_with_its_tenant(
    alfa, heard, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True):
        events.emit("test.happened", station_id=7)
        assert heard == []
    assert heard == [{"schema": "alfa", "station_id": 7}]


def test_an_event_needs_a_tenant(db):
    with pytest.raises(binding.NoTenantBoundError):
        events.emit("test.happened", station_id=7)


def test_a_failing_listener_is_logged_and_the_next_one_is_called(heard, caplog):
    def broken(**ids):
        raise RuntimeError("no")

    events._listeners["test.happened"].insert(0, broken)
    with caplog.at_level(logging.ERROR):
        events.publish("test.happened", schema="alfa", station_id=7)
    assert heard == [{"schema": "alfa", "station_id": 7}]
    assert "an event listener failed" in caplog.text


def test_a_listener_is_registered_once(heard):
    listener = events._listeners["test.happened"][0]
    events.listen("test.happened", listener)
    assert len(events._listeners["test.happened"]) == 1
