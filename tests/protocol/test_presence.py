"""The newest authenticated socket wins; an old one takes nothing with it."""

import datetime as dt
import uuid

import pytest
from asgiref.sync import async_to_sync

from apps.core import clock
from apps.stations.models import ConnectionEnd, JournalConnection, SecurityEvent, Station
from apps.stations.operations import mark_lost_stations, open_connection
from apps.stations.operations.collected import ClosedRow
from apps.tenants.bridge import in_tenant
from apps.tenants.collector import write_here
from tests.protocol.conftest import InProcessStation

pytestmark = pytest.mark.protocol


def test_the_newest_socket_wins_and_the_old_one_does_not_unregister_it(station, quiet_door):
    newer = InProcessStation("P1", station.key)

    async def scenario():
        await station.connect()
        await newer.connect()
        assert await station.next_event() == {"type": "websocket.close", "code": 1000}
        await station.disconnect()
        (socket,) = quiet_door.sockets.values()
        assert socket.epoch == 2
        online = await in_tenant("alfa", lambda: Station.objects.get().is_online)
        assert (await newer.call("Heartbeat", {}))[0] == 3
        await newer.disconnect()
        return online

    assert async_to_sync(scenario)()
    row = Station.objects.get()
    assert (row.epoch, row.is_online) == (2, False)
    assert row.disconnected_at is not None
    assert JournalConnection.objects.count() == 2
    assert SecurityEvent.objects.count() == 0
    assert quiet_door.sockets == {}


def test_a_caller_without_the_key_leaves_the_station_alone(station, quiet_door):
    attacker = InProcessStation("P1", "0" * 40, address="198.51.100.9")

    async def scenario():
        await station.connect()
        for _ in range(20):
            assert (await attacker.connect())["status"] in {401, 429}
        assert (await station.call("Heartbeat", {}))[0] == 3
        await station.disconnect()

    async_to_sync(scenario)()
    assert Station.objects.get().epoch == 1


@pytest.mark.parametrize("is_alive", [True, False])
def test_two_living_sockets_from_two_places_raise_an_alarm(
    station, quiet_door, monkeypatch, is_alive
):
    monkeypatch.setattr("apps.ocpp.consumers.STILL_ALIVE_S", 0.2)
    newer = InProcessStation("P1", station.key, address="198.51.100.9")
    heard = [0]

    def ping():
        heard[0] += is_alive

    async def scenario():
        await station.connect(**{"laadboek.ping": ping, "laadboek.heard": lambda: heard[0]})
        await newer.connect()
        assert (await station.next_event())["code"] == 1000
        await station.disconnect()
        await newer.disconnect()

    async_to_sync(scenario)()
    events = [(e.kind, e.detail) for e in SecurityEvent.objects.all()]
    places = {"older": "192.0.2.1", "newer": "198.51.100.9"}
    assert events == ([("second_socket", places)] if is_alive else [])


def test_a_newer_socket_in_another_process_closes_ours(station, quiet_door):
    async def scenario():
        await station.connect()
        station_id = next(iter(quiet_door.sockets))[1]
        quiet_door.on_newer_socket("alfa", station_id, 1)
        assert await station.silence()
        quiet_door.on_newer_socket("alfa", station_id, 2)
        assert (await station.next_event())["code"] == 1000
        await station.disconnect()

    async_to_sync(scenario)()
    assert ends() == [("newer", 1000)]


def test_a_socket_that_closes_late_does_not_mark_a_newer_one_offline(station):
    Station.objects.update(epoch=5, is_online=True)
    pk = Station.objects.get().pk
    now = clock.microseconds(clock.now())
    socket = open_at(clock.now())
    late = ClosedRow(pk, socket.epoch - 1, now, socket.connection_id, 1000, "newer")
    write_here("alfa", [("stations.closed", late)])
    assert Station.objects.get().is_online
    write_here("alfa", [("stations.closed", late._replace(epoch=socket.epoch))])
    assert not Station.objects.get().is_online


def ends():
    return list(ConnectionEnd.objects.order_by("pk").values_list("cause", "code"))


@pytest.mark.parametrize(
    ("code", "end"),
    [
        (1000, ("station", 1000)),
        (1001, ("station", 1001)),
        (3000, ("station", 3000)),
        (1006, ("line", None)),
        (None, ("line", None)),
        (1009, ("rules", 1009)),
    ],
)
def test_the_end_of_a_connection_is_kept_with_its_cause(station, code, end):
    async def scenario():
        await station.connect()
        await station.disconnect(code)

    async_to_sync(scenario)()
    assert ends() == [end]
    kept = ConnectionEnd.objects.get()
    assert kept.connection == JournalConnection.objects.get()
    assert kept.connection.opened_at <= kept.ended_at <= clock.now()


def test_a_drain_finishes_the_message_and_closes_as_a_restart(station, quiet_door):
    async def scenario():
        await station.connect()
        (socket,) = quiet_door.sockets.values()
        await station.send('[2,"a","Heartbeat",{}]')
        assert (await station.next_frame())[1] == "a"
        quiet_door.spawn(socket.drain())
        assert await station.next_event() == {"type": "websocket.close", "code": 1012}
        await station.disconnect()
        assert socket.ended.is_set()

    async_to_sync(scenario)()
    assert not Station.objects.get().is_online
    assert ends() == [("restart", 1012)]


def test_a_flood_is_closed(station):
    async def scenario():
        await station.connect(**{"laadboek.backlog": lambda: 17})
        await station.send('[2,"a","Heartbeat",{}]')
        assert (await station.next_frame())[1] == "a"
        assert await station.next_event() == {"type": "websocket.close", "code": 1008}
        await station.send('[2,"b","Heartbeat",{}]')
        await station.disconnect()

    async_to_sync(scenario)()
    assert ends() == [("flood", 1008)]


def test_a_database_that_goes_closes_the_socket_and_answers_nothing(
    station, quiet_door, monkeypatch
):
    async def scenario():
        await station.connect()

        async def broken(schema, parts):
            raise ConnectionError("OperationalError")

        monkeypatch.setattr(quiet_door.collector, "submit_all", broken)
        await station.send('[2,"a","MeterValues",{"connectorId":1,"meterValue":[]}]')
        assert await station.next_event() == {"type": "websocket.close", "code": 1011}
        await station.app.wait(5)

    async_to_sync(scenario)()


def open_at(moment):
    return open_connection(
        identity_key="p1", protocol="ocpp1.6", remote="", uid=uuid.uuid4(), now=moment
    )


def test_a_station_whose_process_died_is_marked_offline(station):
    now = clock.now()
    opened = open_at(now - dt.timedelta(hours=1))
    seen = now - dt.timedelta(seconds=181)
    Station.objects.update(last_seen_at=seen)
    assert mark_lost_stations(now=now) == 1
    assert mark_lost_stations(now=now) == 0
    assert not Station.objects.get().is_online
    assert ends() == []  # nobody saw it go, and it may yet speak up
    open_at(now)
    end = ConnectionEnd.objects.get()
    assert (end.connection_id, end.cause, end.code) == (opened.connection_id, "lost", None)
    assert end.ended_at == seen


def test_a_reconnect_after_an_end_that_was_seen_adds_no_other(station):
    async def scenario():
        await station.connect()
        await station.disconnect(1001)

    async_to_sync(scenario)()
    open_at(clock.now())
    assert ends() == [("station", 1001)]


def test_a_connected_station_that_says_nothing_stays_online(station, quiet_door):
    """A heartbeat comes every five minutes; free chargers say nothing else all night."""
    later = clock.now() + dt.timedelta(minutes=10)

    async def scenario():
        await station.connect()
        with clock.replaying(later):
            await quiet_door.note_open_sockets()
        swept = await in_tenant("alfa", mark_lost_stations, now=later + dt.timedelta(minutes=2))
        online = await in_tenant("alfa", lambda: Station.objects.get().is_online)
        await station.disconnect()
        return swept, online

    assert async_to_sync(scenario)() == (0, True)


def test_a_station_taken_for_lost_comes_back_while_its_socket_is_open(station, quiet_door):
    """The database was away for longer than the sweeper waits; the socket never closed."""
    later = clock.now() + dt.timedelta(minutes=10)

    async def scenario():
        await station.connect()
        assert await in_tenant("alfa", mark_lost_stations, now=later) == 1
        with clock.replaying(later + dt.timedelta(seconds=20)):
            await quiet_door.note_open_sockets()
        online = await in_tenant("alfa", lambda: Station.objects.get().is_online)
        await station.disconnect(1001)
        return online

    assert async_to_sync(scenario)()
    assert ends() == [("station", 1001)]


def test_a_late_sign_of_life_brings_back_no_socket_that_went(station):
    opened = open_at(clock.now())
    now = clock.microseconds(clock.now())
    gone = ClosedRow(opened.station_id, opened.epoch, now, opened.connection_id, 1000, "station")
    write_here("alfa", [("stations.closed", gone)])
    write_here("alfa", [("stations.seen", (opened.station_id, opened.epoch, now))])
    write_here("alfa", [("stations.seen", (opened.station_id, opened.epoch - 1, now + 9))])
    assert not Station.objects.get().is_online


def test_last_seen_only_moves_forward(station):
    pk = Station.objects.get().pk
    for moment in (2_000_000_000_000_000, 1_000_000_000_000_000):
        write_here("alfa", [("stations.seen", (pk, 0, moment))])
    seen = Station.objects.get().last_seen_at
    assert seen is not None and clock.microseconds(seen) == 2_000_000_000_000_000
