"""Every frame leaves a row of the chain; personal values are sealed; answers carry a latency."""

import json

import pytest
from asgiref.sync import async_to_sync

from apps.core import chain, clock, commitments
from apps.sessions.models import Session
from apps.stations.models import JournalConnection, JournalPayload, JournalRow, JournalSecret

pytestmark = pytest.mark.protocol
START = {
    "connectorId": 1,
    "idTag": "04QWZX11",
    "meterStart": 5,
    "timestamp": "2026-11-25T10:00:00Z",
}


def talk(station, *frames):
    async def scenario():
        await station.connect()
        for frame in frames:
            await station.send(frame)
            await station.next_frame()
        await station.disconnect()

    async_to_sync(scenario)()


def verify(schema, identity):
    """Recompute every connection from what is stored; returns the frames in order."""
    before, bodies = bytes(32), []
    for connection in JournalConnection.objects.order_by("pk"):
        uid = str(connection.uid)
        last = chain.head(before, schema=schema, identity=identity, connection=uid)
        assert bytes(connection.head_hash) == last
        assert bytes(connection.before_hash) == before
        for seq, row in enumerate(connection.rows.order_by("seq"), 1):
            body = bytes(JournalPayload.objects.get(row=row).body)
            leaf = chain.Chain(uid).leaf(
                seq=seq, direction=row.direction, at_us=clock.microseconds(row.at), payload=body
            )
            last = chain.Chain.link(last, leaf)
            assert (row.seq, bytes(row.leaf), bytes(row.row_hash)) == (seq, leaf, last)
            bodies.append((row, body))
            before = last
    return bodies


def test_the_chain_of_several_connections_verifies_from_what_is_stored(station):
    talk(station, '[2,"a","Heartbeat",{}]', json.dumps([2, "b", "StartTransaction", START]))
    talk(station)
    talk(station, '[2,"c","Nope",{}]', json.dumps([2, "d", "Authorize", {"idTag": "04QWZX11"}]))
    rows = [row for row, _ in verify("alfa", "P1")]
    assert [(row.direction, row.action, row.message_id) for row in rows] == [
        ("in", "Heartbeat", "a"),
        ("out", "Heartbeat", "a"),
        ("in", "StartTransaction", "b"),
        ("out", "StartTransaction", "b"),
        ("in", "Nope", "c"),
        ("out", "Nope", "c"),
        ("in", "Authorize", "d"),
        ("out", "Authorize", "d"),
    ]
    for row in rows:
        assert (row.latency_us is not None) == (row.direction == "out")
        assert row.latency_us is None or row.latency_us >= 0


def test_a_card_is_sealed_and_its_frame_comes_back_byte_for_byte(station):
    raw = json.dumps([2, "b", "StartTransaction", START], indent=1)
    talk(station, raw)
    row = JournalRow.objects.get(seq=1)
    body = bytes(row.payload.body)
    assert b"QWZX" not in body
    secrets = [(bytes(s.salt), bytes(s.value)) for s in JournalSecret.objects.filter(row=row)]
    assert commitments.reveal(body, secrets) == raw.encode()


def test_what_is_no_json_is_one_sealed_value(station):
    async def scenario():
        await station.connect()
        await station.send('{"idTag":"04QWZX11"')
        await station.call("Heartbeat", {})
        await station.disconnect()

    async_to_sync(scenario)()
    row = JournalRow.objects.get(seq=1)
    assert b"QWZX" not in bytes(row.payload.body)
    assert bytes(row.secrets.get().value) == b'{"idTag":"04QWZX11"'
    verify("alfa", "P1")


def test_the_session_names_the_frames_that_began_and_ended_it(station):
    async def scenario():
        await station.connect()
        begun = await station.result("StartTransaction", START)
        stop = {
            "transactionId": begun["transactionId"],
            "meterStop": 9,
            "timestamp": "2026-11-25T11:00:00Z",
        }
        await station.result("StopTransaction", stop)
        await station.disconnect()

    async_to_sync(scenario)()
    session = Session.objects.get()
    begin, end = session.begin_frame, session.end_frame
    assert begin is not None and (begin.seq, begin.action) == (1, "StartTransaction")
    assert end is not None and (end.seq, end.action) == (3, "StopTransaction")
