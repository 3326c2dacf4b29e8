"""The same transport rules on both servers, as processes."""

import asyncio
import contextlib
import json
import signal
import socket
import time
import urllib.error

import pytest
import websockets
from asgiref.sync import async_to_sync

from tests.live import basic

pytestmark = [pytest.mark.protocol, pytest.mark.slow]
BOOT = {"chargePointVendor": "Acme", "chargePointModel": "Home"}
SUB = "Sec-WebSocket-Protocol: "


async def call(ws, action, payload, message_id="m"):
    await ws.send(json.dumps([2, message_id, action, payload]))
    return json.loads(await asyncio.wait_for(ws.recv(), 10))


def refused(live, identity, headers=None, **options):
    """Return the HTTP status of an upgrade that must fail, with its headers."""

    async def scenario():
        with pytest.raises(websockets.InvalidStatus) as error:
            await live.connect_station(identity, headers=headers or {}, **options)
        return error.value.response.status_code, error.value.response.headers

    return async_to_sync(scenario)()


def raw_status(live, request):
    """Send bytes; returns the status line's code, or 0 when the server just closes."""
    with socket.create_connection(("127.0.0.1", live.port), 5) as sock:
        sock.settimeout(5)
        sock.sendall(request)
        line = sock.recv(4000).split(b"\r\n")[0]
    return int(line.split(b" ")[1]) if line.startswith(b"HTTP/1.") else 0


def upgrade(live, path, *extra):
    lines = [
        f"GET {path} HTTP/1.1",
        f"Host: 127.0.0.1:{live.port}",
        "Upgrade: websocket",
        "Connection: Upgrade",
        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
        "Sec-WebSocket-Version: 13",
        *extra,
        "",
        "",
    ]
    return "\r\n".join(lines).encode("latin1")


def test_upgrades_are_refused_before_they_happen(live):
    live.add_stations("L1")
    live.add_stations("RDAM 123")
    live.start()
    assert refused(live, "L1")[0] == 401
    status, headers = refused(live, "L1", {"Authorization": basic("L1", "x")})
    assert status == 401 and headers["WWW-Authenticate"].startswith("Basic ")
    assert refused(live, "NOBODY", {"Authorization": basic("NOBODY", "x")})[0] == 404
    statuses = [refused(live, "L1", {"Authorization": basic("L1", "y")})[0] for _ in range(6)]
    assert statuses == [401] * 4 + [429] * 2
    status, headers = refused(live, "L1", {"Authorization": basic("L1", "y")})
    assert status == 429 and int(headers["Retry-After"]) > 0

    good = f"Authorization: {basic('L1', live.keys['L1'])}"
    sub = SUB + "ocpp1.6"
    for path in ("/ocpp/L1", "/L1", "//L1", "/ocpp/l1", "/a/b/L1/", "/ocpp/L1?x=1"):
        assert raw_status(live, upgrade(live, path, good, sub)) == 101, path
    spaced = f"Authorization: {basic('RDAM 123', live.keys['RDAM 123'])}"
    assert raw_status(live, upgrade(live, "/ocpp/RDAM%20123", spaced, sub)) == 101
    for path in ("/ocpp/%2F", "/ocpp/%0d%0aX:y", "/ocpp/%00", "/ocpp/a:b", "/ocpp/", "/live/x"):
        assert raw_status(live, upgrade(live, path, good, sub)) == 404, path
    for odd in ("\xf6cpp1.6", "\xff\xfe"):
        assert raw_status(live, upgrade(live, "/ocpp/L1", good, SUB + odd)) == 400, odd
    no_connection = upgrade(live, "/ocpp/L1", good, sub).replace(b"Connection: Upgrade\r\n", b"")
    assert raw_status(live, no_connection) in {400, 404, 426}
    assert live.answers()


def test_frames_at_the_edge_and_close_codes(live):
    live.add_stations("L", count=2)
    live.start()

    async def scenario():
        async with live.connect_station("L-1", subprotocols=["ocpp2.0"]) as ws:
            assert ws.subprotocol is None
            with pytest.raises(websockets.ConnectionClosed):
                await ws.recv()
            assert ws.close_code == 1002
        async with live.connect_station("L-2", ping_interval=None) as witness:
            async with live.connect_station("L-1", max_size=None) as ws:
                big = {"vendorId": "x", "data": "y" * 250_000}
                assert (await call(ws, "DataTransfer", big))[2] == {"status": "UnknownVendorId"}
                for frame in ("", "   ", "[", "\ufeff[]", "[" * 50_000, '[2,"x"]', b"\x00\x01"):
                    await ws.send(frame)
                assert await call(ws, "Heartbeat", {}, "after") is not None
            async with live.connect_station("L-1") as ws:
                await ws.send(" " * 300_000)
                with pytest.raises(websockets.ConnectionClosed):
                    await ws.recv()
            async with live.connect_station("L-1") as ws:
                with contextlib.suppress(websockets.ConnectionClosed):  # in the midst of it
                    for n in range(2000):
                        await ws.send(json.dumps([2, str(n), "Heartbeat", {}]))
                await asyncio.wait_for(ws.wait_closed(), 20)
                assert ws.close_code == 1008
            assert (await call(witness, "Heartbeat", {}))[0] == 3

    async_to_sync(scenario)()


def test_a_station_too_busy_to_listen_still_hears_why_it_was_closed(live):
    """It floods, reads nothing for two seconds, and only then answers the close."""
    live.add_stations("L1")
    live.start()
    good = f"Authorization: {basic('L1', live.keys['L1'])}"
    with socket.create_connection(("127.0.0.1", live.port), 5) as sock:
        sock.settimeout(5)
        sock.sendall(upgrade(live, "/ocpp/L1", good, SUB + "ocpp1.6"))
        assert sock.recv(4000).startswith(b"HTTP/1.1 101 ")
        for n in range(3000):
            sock.sendall(masked(0x81, json.dumps([2, str(n), "Heartbeat", {}]).encode()))
        time.sleep(2)
        heard = b""
        while not heard.endswith(b"\x88\x02\x03\xf0"):  # 1008
            piece = sock.recv(65_536)
            assert piece, "the server hung up before its close frame was read"
            heard += piece
        sock.sendall(masked(0x88, b"\x03\xf0"))


def masked(first: int, payload: bytes) -> bytes:
    """Return a short frame of a client; the mask is zeros."""
    size = [0x80 | len(payload)] if len(payload) < 126 else [0xFE, *len(payload).to_bytes(2)]
    return bytes([first, *size, 0, 0, 0, 0]) + payload


def test_a_second_socket_takes_over_and_presence_is_right(live):
    live.add_stations("L1")
    live.start()

    async def scenario():
        async with live.connect_station("L1") as old:
            await call(old, "BootNotification", BOOT)
            async with live.connect_station("L1") as new:
                with pytest.raises(websockets.ConnectionClosed):
                    await asyncio.wait_for(old.recv(), 10)
                assert old.close_code == 1000
                assert (await call(new, "Heartbeat", {}))[0] == 3
                assert online(live) == [("L1", True)]
        await asyncio.sleep(0.5)
        assert online(live) == [("L1", False)]

    async_to_sync(scenario)()
    assert live.sql("SELECT max(epoch) FROM alfa.stations_station") == [(2,)]


def online(live):
    return live.sql("SELECT identity, is_online FROM alfa.stations_station ORDER BY identity")


@pytest.mark.parametrize("count", [30, pytest.param(500, marks=pytest.mark.chaos)])
def test_sigterm_drains(live, count):
    live.add_stations("D", count=count)
    live.start()

    async def scenario():
        sockets = [await live.connect_station(f"D-{n}") for n in range(1, count + 1)]
        assert {row[1] for row in online(live)} == {True}
        for ws in sockets:
            await ws.send(json.dumps([2, "last", "BootNotification", BOOT]))
        live.process.send_signal(signal.SIGTERM)
        codes, answered = [], 0
        for ws in sockets:
            try:
                while True:
                    answered += json.loads(await asyncio.wait_for(ws.recv(), 10))[1] == "last"
            except websockets.ConnectionClosed:
                codes.append(ws.close_code)
        return codes, answered

    codes, answered = async_to_sync(scenario)()
    live.process.wait(20)
    assert codes == [1012] * count
    kept = live.sql(
        "SELECT count(*) FROM alfa.stations_journalrow WHERE action = 'BootNotification'"
    )
    assert kept == [(2 * answered,)]
    assert {row[1] for row in online(live)} == {False}


def test_a_half_open_socket_is_found(live):
    live.add_stations("L1")
    live.settings.update(STATION_PING_SECONDS="1", STATION_PONG_SECONDS="1")
    live.start()
    good = f"Authorization: {basic('L1', live.keys['L1'])}"
    with socket.create_connection(("127.0.0.1", live.port), 5) as sock:
        sock.sendall(upgrade(live, "/ocpp/L1", good, "Sec-WebSocket-Protocol: ocpp1.6"))
        assert b" 101 " in sock.recv(4000)
        began = time.monotonic()
        while online(live) != [("L1", False)]:
            assert time.monotonic() - began < 9, "still online"
            time.sleep(0.1)
    async_to_sync(stays_while_it_pongs)(live)


def test_a_station_that_answers_no_ping_lives_as_long_as_it_talks(live):
    live.add_stations("L1")
    live.settings.update(STATION_PING_SECONDS="1", STATION_PONG_SECONDS="4")
    live.start()
    good = f"Authorization: {basic('L1', live.keys['L1'])}"
    with socket.create_connection(("127.0.0.1", live.port), 5) as sock:
        sock.settimeout(5)
        sock.sendall(upgrade(live, "/ocpp/L1", good, SUB + "ocpp1.6"))
        assert b" 101 " in sock.recv(4000)
        pings = 0
        for n in range(3):
            sock.sendall(masked(0x81, json.dumps([2, f"hb{n}", "Heartbeat", {}]).encode()))
            heard = b""
            while f'"hb{n}"'.encode() not in heard:
                piece = sock.recv(4000)
                assert piece, "it was closed"
                heard += piece
            pings += heard.count(b"\x89")
            time.sleep(3.2)  # for a ping; without its answer the socket would end after five
    assert pings > 0


async def stays_while_it_pongs(live):
    async with live.connect_station("L1", ping_interval=None) as ws:
        await asyncio.sleep(4)
        assert (await call(ws, "Heartbeat", {}))[0] == 3


def test_redis_is_not_needed(live):
    live.add_stations("L1")
    live.settings["REDIS_URL"] = "redis://127.0.0.1:1/0"
    live.start()

    async def scenario():
        async with live.connect_station("L1") as ws:
            assert (await call(ws, "BootNotification", BOOT))[0] == 3
            status = {"connectorId": 1, "errorCode": "NoError", "status": "Charging"}
            assert (await call(ws, "StatusNotification", status))[0] == 3
            start = {"connectorId": 1, "idTag": "x", "meterStart": 1, "timestamp": "2026-11-25"}
            began = time.monotonic()
            assert (await call(ws, "StartTransaction", start))[0] == 3
            assert time.monotonic() - began < 2

    async_to_sync(scenario)()


def test_no_secret_and_no_card_is_in_the_log(live):
    live.add_stations("L1")
    live.settings["LOG_LEVEL"] = "DEBUG"
    live.start()
    key = live.keys["L1"]
    refused(live, "L1", {"Authorization": basic("L1", "CANARYKEY")})

    async def scenario():
        async with live.connect_station("L1") as ws:
            for action in ("Authorize", "StartTransaction", "NoSuchAction"):
                await call(
                    ws, action, {"idTag": "04CANARY", "connectorId": 1, "meterStart": 10**30}
                )
            await ws.send('{"idTag":"04CANARY"')
            await ws.send('[4,"x","04CANARY","04CANARY",{}]')
            await call(ws, "Heartbeat", {})

    async_to_sync(scenario)()
    live.kill(signal.SIGTERM)
    log = live.log.read_text()
    for secret in ("CANARY", key, key.upper(), basic("L1", key)[6:]):
        assert secret not in log


def test_the_page_side_answers_too(live):
    live.start()
    try:
        live_answer = raw_status(live, b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n")
    except urllib.error.URLError:
        live_answer = 0
    assert live_answer in {200, 302, 404}
