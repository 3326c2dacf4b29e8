"""Strangers, floods and restarts at the door: the other stations notice nothing.

Few of each by default, the whole under the marker.
"""

import asyncio
import contextlib
import json
import statistics
from pathlib import Path

import pytest
import websockets

from tests.chaos.test_hostile import witness
from tests.live import Live, basic, live_product

pytestmark = pytest.mark.slow
SERVERS = pytest.mark.parametrize("server", ["serve", "serve_stations"])
AT = "2026-11-02T10:00:00Z"
START = {"connectorId": 1, "idTag": "NOBODY", "meterStart": 0, "timestamp": AT}
MANY = pytest.mark.parametrize(
    "count", [pytest.param(20), pytest.param(1000, marks=pytest.mark.chaos)]
)
MEGABYTES = pytest.mark.parametrize(
    "megabytes", [pytest.param(12), pytest.param(400, marks=pytest.mark.chaos)]
)


async def ask(socket, action, payload):
    await socket.send(json.dumps([2, action, action, payload]))
    return json.loads(await asyncio.wait_for(socket.recv(), 10))


async def stranger(live: Live, number: int) -> int:
    """Try to become a station: without a key, with a wrong one, in another's name."""
    headers = [{}, {"Authorization": basic("P1", "0" * 40)}, {"Authorization": basic("P2", "x")}]
    with pytest.raises(websockets.InvalidStatus) as refused:
        await live.connect_station("P1", headers=headers[number % 3])
    return refused.value.response.status_code


@SERVERS
@MANY
def test_a_stranger_does_not_touch_the_station_that_charges(server, count, tmp_path):
    """Trust row 4."""

    async def scenario(live: Live) -> set[int]:
        async with live.connect_station("P1") as socket:
            begun = await ask(socket, "StartTransaction", START)
            statuses = set()
            for number in range(count):
                statuses.add(await stranger(live, number))
                if number % 10 == 0:
                    assert (await ask(socket, "Heartbeat", {}))[0] == 3
            stop = {"meterStop": 5000, "timestamp": AT, **_transaction(begun)}
            assert (await ask(socket, "StopTransaction", stop))[0] == 3
        return statuses

    with live_product("strangers", tmp_path, server=server) as live:
        live.add_stations("P1")
        live.start()
        assert asyncio.run(scenario(live)) <= {401, 429}
        assert live.sql("SELECT epoch FROM alfa.stations_station") == [(1,)]
        assert live.sql("SELECT count(*) FROM alfa.charging_sessions_session") == [(1,)]


def _transaction(answer):
    return {"transactionId": answer[2]["transactionId"]}


async def flood(live: Live, megabytes: int) -> int:
    """Send large calls as fast as the socket takes them; returns how often it was closed."""
    big = json.dumps([2, "big", "DataTransfer", {"vendorId": "x", "data": "y" * 200_000}])
    left, closed = megabytes * 5, 0
    while left > 0:
        with contextlib.suppress(websockets.ConnectionClosed):
            async with live.connect_station("FLOOD", max_size=None) as socket:
                while left > 0:
                    left -= 1
                    await socket.send(big)
        closed += 1
        left -= 1
    return closed


def memory_of(live: Live) -> tuple[int, int]:
    """Return the memory of the server now and at its highest, in megabytes."""
    assert live.process is not None
    lines = Path(f"/proc/{live.process.pid}/status").read_text(encoding="ascii").splitlines()
    facts = dict(line.split(":", 1) for line in lines)
    now, highest = (int(facts[name].split()[0]) // 1024 for name in ("VmRSS", "VmHWM"))
    return now, highest


@SERVERS
@MEGABYTES
def test_a_flood_takes_little_memory_and_no_other_station_waits(server, megabytes, tmp_path):
    """Trust row 38; on the node the flood comes compressed, a thousandth of its size."""

    async def scenario(live: Live) -> tuple[float, float]:
        calm, over = asyncio.Event(), asyncio.Event()
        watching = asyncio.create_task(witness(live, "HONEST", until=calm))
        await asyncio.sleep(1)
        calm.set()
        before = statistics.median(await watching)
        watching = asyncio.create_task(witness(live, "HONEST", until=over))
        await flood(live, megabytes)
        over.set()
        return before, statistics.median(await watching)

    with live_product("flood", tmp_path, server=server) as live:
        for identity in ("FLOOD", "HONEST"):
            live.add_stations(identity)
        live.start()
        asyncio.run(scenario(live))  # what a first message loads is no flood
        now, _ = memory_of(live)
        before, during = asyncio.run(scenario(live))
        _, highest = memory_of(live)
        print(f"{megabytes} MB: +{highest - now} MB, heartbeat {during / before:.1f} x as long")
        assert highest - now < 64
        assert during < 0.5
