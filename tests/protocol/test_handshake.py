"""Before the upgrade: identity, key, subprotocol."""

import pytest
from asgiref.sync import async_to_sync

from apps.core import clock
from apps.ocpp.handshake import identity_of
from apps.stations.models import JournalConnection, SecurityEvent, Station
from apps.stations.operations import create_station
from apps.tenants.bridge import run_in_tenant
from apps.tenants.models import DirectoryEntry
from tests.live import basic

pytestmark = pytest.mark.protocol


@pytest.mark.parametrize(
    ("path", "identity"),
    [
        (b"/ocpp/P1", "P1"),
        (b"/P1", "P1"),
        (b"//P1", "P1"),
        (b"/ocpp/P1/", "P1"),
        (b"/ocpp/P1//", "P1"),
        (b"/a/b/c/RDAM%20123", "RDAM 123"),
        (b"/ws://192.0.2.1:9000/CP_1/SERIAL", "SERIAL"),
        (b"/ocpp/%50%31", "P1"),
        (b"/ocpp/%20P1%20", "P1"),
        (b"/ocpp/" + b"A" * 48, "A" * 48),
        (b"/ocpp/a*-_=+|@.,", "a*-_=+|@.,"),
    ],
)
def test_the_identity_is_the_last_segment(path, identity):
    assert identity_of(path) == identity


@pytest.mark.parametrize(
    "path",
    [
        b"/",
        b"",
        b"//",
        b"/ocpp/%2F",
        b"/ocpp/a%2fb",
        b"/ocpp/a%5Cb",
        b"/ocpp/a:b",
        b"/ocpp/%3A",
        b"/ocpp/%00",
        b"/ocpp/a%0d%0ab",
        b"/ocpp/%C3%A9",
        b"/ocpp/%ff",
        b"/ocpp/%252f",
        b"/ocpp/%20",
        b"/ocpp/" + b"A" * 49,
    ],
)
def test_what_is_no_identity_is_not_found(path):
    assert identity_of(path) is None


def first_answer(station, **scope):
    async def scenario():
        event = await station.connect(**scope)
        if event["type"] == "websocket.http.response.start":
            return event["status"], dict(event["headers"])
        await station.disconnect()
        return 101, event

    return async_to_sync(scenario)()


def with_header(value):
    return [(b"authorization", value.encode() if isinstance(value, str) else value)]


def test_the_right_key_gets_in_in_each_of_its_forms(station):
    key = station.key
    for form in (key, key.upper(), bytes.fromhex(key)):
        assert first_answer(station, headers=with_header(basic("P1", form)))[0] == 101
    assert first_answer(station, headers=with_header(basic("p1", key)))[0] == 101
    assert first_answer(station, raw_path=b"/ocpp/p1")[0] == 101


def test_a_caller_without_the_right_key_changes_nothing(station):
    key = station.key
    for value in (
        None,
        "",
        "Basic",
        "Basic !!!!",
        "Bearer " + key,
        basic("P1", ""),
        basic("P2", key),
        basic("", key),
        basic("P1", key + "\n"),
        basic("P1", key[:20]),
    ):
        headers = [] if value is None else with_header(value)
        status = first_answer(station, headers=headers)[0]
        assert status in {401, 429}
    two = [*with_header(basic("P1", key)), *with_header(basic("P1", "x"))]
    assert first_answer(station, headers=two)[0] in {401, 429}
    assert Station.objects.get().epoch == 0
    assert JournalConnection.objects.count() == 0


def test_a_refusal_says_how_to_authenticate(station):
    status, headers = first_answer(station, headers=[])
    assert status == 401
    assert headers[b"www-authenticate"].startswith(b"Basic ")


def test_an_unknown_identity_is_not_found(station):
    assert first_answer(station, raw_path=b"/ocpp/NOBODY")[0] == 404
    assert first_answer(station, raw_path=b"/ocpp/%2F")[0] == 404


def test_a_blocked_station_is_not_found(station):
    DirectoryEntry.objects.update(state=DirectoryEntry.State.BLOCKED)
    assert first_answer(station)[0] == 404


def test_wrong_keys_are_limited_per_identity_and_the_right_one_still_gets_in(station):
    wrong = with_header(basic("P1", "wrong"))
    statuses = [
        first_answer(station, headers=wrong, client=[f"192.0.2.{n}", 1])[0] for n in range(9)
    ]
    assert statuses == [401] * 5 + [429] * 4
    status, headers = first_answer(station, headers=wrong, client=["192.0.2.99", 1])
    assert status == 429 and 1 <= int(headers[b"retry-after"]) <= 60
    assert first_answer(station)[0] == 101
    assert SecurityEvent.objects.filter(kind="wrong_key").count() == 5


def test_wrong_keys_are_limited_per_address_over_identities(station):
    for n in range(7):
        run_in_tenant("alfa", create_station, identity=f"S{n}", now=clock.now())
    statuses = [
        first_answer(
            station, raw_path=f"/ocpp/S{n}".encode(), headers=with_header(basic(f"S{n}", "x"))
        )[0]
        for n in range(7)
    ]
    assert statuses == [401] * 5 + [429] * 2


@pytest.mark.parametrize(
    ("offered", "chosen"),
    [
        (["ocpp1.6"], "ocpp1.6"),
        (["ocpp2.0.1", "ocpp1.6"], "ocpp1.6"),
        (["x", "ocpp1.6", "ocpp1.6"], "ocpp1.6"),
    ],
)
def test_the_first_version_we_speak_is_chosen_in_the_station_s_order(station, offered, chosen):
    status, event = first_answer(station, subprotocols=offered)
    assert (status, event["subprotocol"]) == (101, chosen)
    assert Station.objects.get().protocol == chosen


@pytest.mark.parametrize("offered", [[], ["ocpp2.0"], ["OCPP1.6"], ["ocpp1.5", "soap"]])
def test_no_common_version_is_accepted_without_one_and_closed(station, offered):
    async def scenario():
        accepted = await station.connect(subprotocols=offered)
        closed = await station.next_event()
        return accepted, closed

    accepted, closed = async_to_sync(scenario)()
    assert accepted == {"type": "websocket.accept"}
    assert closed == {"type": "websocket.close", "code": 1002}
    assert Station.objects.get().epoch == 0


def test_a_directory_that_cannot_be_read_is_a_503(station, quiet_door, monkeypatch):
    async def broken(_key):
        raise ConnectionError("OperationalError")

    monkeypatch.setattr(quiet_door, "find", broken)
    status, headers = first_answer(station)
    assert (status, headers[b"retry-after"]) == (503, b"5")


def test_a_process_that_drains_lets_nobody_in(station, quiet_door):
    quiet_door.is_draining = True
    assert first_answer(station)[0] == 503
