"""Stations in the test's own transaction, and real servers on a database of their own."""

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
from asgiref.testing import ApplicationCommunicator

from apps.core import clock
from apps.ocpp import door as doors
from apps.ocpp.consumers import StationConsumer
from apps.ocpp.door import Door
from apps.stations.operations import create_station
from apps.tenants.bridge import in_tenant, run_in_tenant
from apps.tenants.collector import Part, write_here
from tests.live import Live, basic, live_product


class InlineCollector:
    """The same registered statements, on the test's own connection: rolled back with the test."""

    async def submit_all(self, schema: str, parts: Sequence[Part]) -> None:
        await in_tenant(schema, write_here, schema, parts)


class InProcessStation:
    """A station that talks to the consumer without a server."""

    def __init__(self, identity: str, key: str, *, address: str = "192.0.2.1") -> None:
        self.identity, self.key, self.address = identity, key, address
        self.count = 0

    async def connect(self, **changes: Any) -> dict[str, Any]:
        """Ask for the upgrade; returns the first event: accept, or an HTTP answer."""
        scope = {
            "type": "websocket",
            "path": f"/ocpp/{self.identity}",
            "raw_path": f"/ocpp/{self.identity}".encode(),
            "headers": [(b"authorization", basic(self.identity, self.key).encode())],
            "subprotocols": ["ocpp1.6"],
            "client": [self.address, 50000],
            **changes,
        }
        self.app = ApplicationCommunicator(StationConsumer.as_asgi(), scope)
        await self.app.send_input({"type": "websocket.connect"})
        first: dict[str, Any] = await self.app.receive_output(10)
        return first

    async def send(self, text: str) -> None:
        await self.app.send_input({"type": "websocket.receive", "text": text})

    async def next_event(self, seconds: float = 5) -> dict[str, Any]:
        event: dict[str, Any] = await self.app.receive_output(seconds)
        return event

    async def next_frame(self) -> Any:
        event = await self.next_event()
        assert event["type"] == "websocket.send", event
        return json.loads(event["text"])

    async def call(self, action: str, payload: Any) -> Any:
        """Send a CALL; returns the whole answer."""
        self.count += 1
        await self.send(json.dumps([2, f"m{self.count}", action, payload]))
        answer = await self.next_frame()
        assert answer[1] == f"m{self.count}"
        return answer

    async def result(self, action: str, payload: Any) -> Any:
        """Send a CALL that must be answered by a CALLRESULT; returns its payload."""
        answer = await self.call(action, payload)
        assert answer[0] == 3, answer
        return answer[2]

    async def silence(self) -> bool:
        return bool(await self.app.receive_nothing(0.2))

    async def disconnect(self, code: int | None = 1000) -> None:
        await self.app.send_input({"type": "websocket.disconnect", "code": code})
        await self.app.wait(5)


@pytest.fixture
def quiet_door(alfa: str, monkeypatch: pytest.MonkeyPatch) -> Door:
    """The shared half of the door without background work, in the test's transaction."""
    door = Door(InlineCollector())
    monkeypatch.setattr(doors, "_door", door)
    return door


@pytest.fixture
def station(alfa: str, quiet_door: Door) -> InProcessStation:
    """Station P1 of tenant alfa."""
    identity, _, key = run_in_tenant("alfa", create_station, identity="P1", now=clock.now())
    return InProcessStation(identity, key)


@pytest.fixture(params=["serve", "serve_stations"])
def live(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Live]:
    """Each of the two servers on a clone of the template; call `start()`."""
    with live_product("door", tmp_path, server=request.param) as product:
        yield product
