"""Commands over REST against the real server and a station on a real socket."""

import asyncio
import json
import time
import urllib.request
from concurrent.futures import ThreadPoolExecutor

import pytest
from asgiref.sync import async_to_sync

from tests.live import live_product

pytestmark = pytest.mark.slow
ACTIONS = {"start-charging": "RemoteStartTransaction", "reset": "Reset"}


@pytest.fixture(scope="module")
def product(tmp_path_factory):
    with live_product("api", tmp_path_factory.mktemp("api")) as live:
        live.start()
        live.add_stations("L1")
        token = live.json("create_api_token", "--tenant", "alfa", "--scope", "read,operate")
        live.settings["API_TOKEN"] = token[0]["token"]
        yield live


def call(live, path, body=None, **headers):
    request = urllib.request.Request(
        f"http://127.0.0.1:{live.port}/api/v1{path}",
        data=None if body is None else json.dumps(body).encode(),
        headers={
            "Host": f"alfa.localhost:{live.port}",
            "Authorization": f"Bearer {live.settings['API_TOKEN']}",
            "Content-Type": "application/json",
            **headers,
        },
    )
    with urllib.request.urlopen(request, timeout=40) as answer:
        return answer.status, json.loads(answer.read())


async def booted(live, socket):
    boot = {"chargePointVendor": "V", "chargePointModel": "M"}
    await socket.send(json.dumps([2, "b", "BootNotification", boot]))
    while json.loads(await asyncio.wait_for(socket.recv(), 10))[0] != 3:
        pass


async def answer_next(socket, action, status, *, after=0.0):
    frame = json.loads(await asyncio.wait_for(socket.recv(), 15))
    assert frame[:1] + frame[2:3] == [2, action]
    await asyncio.sleep(after)
    await socket.send(json.dumps([3, frame[1], {"status": status}]))
    return frame[3]


def busy_connections(live):
    return live.sql(
        "SELECT state, query FROM pg_stat_activity WHERE datname = %s "
        "AND state LIKE 'idle in transaction%%'",
        [live.name],
    )


def test_the_answer_of_the_station_is_waited_for(product):
    async def scenario():
        async with product.connect_station("L1") as socket:
            await booted(product, socket)
            path = "/stations/l1/commands/start-charging?wait=10"
            asked = time.monotonic()
            order = asyncio.create_task(
                asyncio.to_thread(call, product, path, {"evse": 1, "token": "CARD1"})
            )
            said = await answer_next(socket, ACTIONS["start-charging"], "Accepted", after=1)
            status, body = await order
            assert said == {"connectorId": 1, "idTag": "CARD1"}
            assert status == 200
            assert body["data"]["state"] == "accepted"
            assert body["data"]["response"] == {"status": "Accepted"}
            assert 1 <= time.monotonic() - asked < 5

    async_to_sync(scenario)()


def test_twenty_waiting_requests_hold_no_transaction_and_no_page_waits(product):
    product.add_stations("W", count=20)

    async def scenario():
        asyncio.get_running_loop().set_default_executor(ThreadPoolExecutor(32))
        paths = [f"/stations/W-{n}/commands/reset?wait=4" for n in range(1, 21)]
        waiting = [
            asyncio.create_task(asyncio.to_thread(call, product, path, {"type": "soft"}))
            for path in paths
        ]
        await asyncio.sleep(1.5)
        begun = time.monotonic()
        status, _ = await asyncio.to_thread(call, product, "/stations")
        assert status == 200
        assert time.monotonic() - begun < 2
        assert await asyncio.to_thread(busy_connections, product) == []
        answers = await asyncio.gather(*waiting)
        assert {status for status, _ in answers} <= {200, 202}
        assert {body["data"]["state"] for _, body in answers} <= {"queued", "offline"}

    async_to_sync(scenario)()
