"""The yardstick: `websockets` and the `ocpp` package as their readmes show, and no database."""

import asyncio
import sys
from typing import Any

from ocpp.routing import on
from ocpp.v16 import ChargePoint, call_result
from ocpp.v16.datatypes import IdTagInfo
from ocpp.v16.enums import AuthorizationStatus
from websockets.asyncio.server import ServerConnection, serve
from websockets.typing import Subprotocol

from apps.core import clock


class Plain(ChargePoint):
    """Answers what the bench says; a method for each action, as the package wants it."""

    @on("Heartbeat")
    def _heartbeat(self, **_payload: Any) -> Any:
        return call_result.Heartbeat(current_time=clock.now().isoformat())

    @on("StatusNotification")
    def _status(self, **_payload: Any) -> Any:
        return call_result.StatusNotification()

    @on("MeterValues")
    def _readings(self, **_payload: Any) -> Any:
        return call_result.MeterValues()

    @on("StartTransaction")
    def _start(self, **_payload: Any) -> Any:
        accepted = IdTagInfo(status=AuthorizationStatus.accepted)
        return call_result.StartTransaction(transaction_id=1, id_tag_info=accepted)

    @on("StopTransaction")
    def _stop(self, **_payload: Any) -> Any:
        return call_result.StopTransaction()


async def _talk(socket: ServerConnection) -> None:
    assert socket.request is not None  # noqa: S101 - the handshake is over
    await Plain(socket.request.path.rpartition("/")[2], socket).start()


async def run(port: int) -> None:
    """Serve until the process is ended."""
    async with serve(_talk, "127.0.0.1", port, subprotocols=[Subprotocol("ocpp1.6")]) as server:
        await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(run(int(sys.argv[1])))
