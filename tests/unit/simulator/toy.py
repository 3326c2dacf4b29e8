"""A toy backoffice for the simulator's tests: answers as the standard says, can be cut."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from websockets.asyncio.server import ServerConnection, serve
from websockets.typing import Subprotocol

NOW = "2026-10-05T08:00:00.000Z"


class Toy:
    def __init__(self) -> None:
        self.frames: list[list[Any]] = []
        self.answers: dict[str, list[Any]] = {}
        self.sockets: list[ServerConnection] = []
        self.cut_before_answering: set[str] = set()
        self.refuse: set[str] = set()
        self.port = 0
        self.card_status = "Accepted"
        self.last_transaction = 100

    async def handle(self, socket: ServerConnection) -> None:
        self.sockets.append(socket)
        async for text in socket:
            frame = json.loads(text)
            if frame[0] != 2:
                self.answers[frame[1]] = frame
                continue
            self.frames.append(frame)
            if frame[2] in self.cut_before_answering:
                self.cut_before_answering.discard(frame[2])
                await socket.close(1001)
                return
            await socket.send(json.dumps(self.answer(frame)))

    def answer(self, frame: list[Any]) -> list[Any]:
        action = frame[2]
        if action in self.refuse:
            return [4, frame[1], "InternalError", "", {}]
        payload: dict[str, Any] = {}
        if action == "BootNotification":
            payload = {"status": "Accepted", "currentTime": NOW, "interval": 300}
        elif action == "Heartbeat":
            payload = {"currentTime": NOW}
        elif action == "StartTransaction":
            self.last_transaction += 1
            payload = {
                "transactionId": self.last_transaction,
                "idTagInfo": {"status": self.card_status},
            }
        return [3, frame[1], payload]

    def of(self, action: str) -> list[dict[str, Any]]:
        return [frame[3] for frame in self.frames if frame[2] == action]

    async def ask(self, action: str, payload: dict[str, Any]) -> Any:
        message_id = f"ask-{len(self.answers)}"
        await self.sockets[-1].send(json.dumps([2, message_id, action, payload]))
        return await until(lambda: self.answers.get(message_id))


async def until(condition, *, seconds: float = 8):
    end = asyncio.get_running_loop().time() + seconds
    while asyncio.get_running_loop().time() < end:
        if found := condition():
            return found
        await asyncio.sleep(0.01)
    raise AssertionError("it did not happen in time")


@asynccontextmanager
async def toy_backoffice() -> AsyncIterator[Toy]:
    toy = Toy()
    async with serve(toy.handle, "127.0.0.1", 0, subprotocols=[Subprotocol("ocpp1.6")]) as server:
        toy.port = server.sockets[0].getsockname()[1]
        yield toy
