"""The generator: stations reduced to their sockets. `python -m apps.bench.load --help`.

Closed loop: each station says the next thing as soon as it is answered. With `--rate` somebody
says something that often, and a delay counts from the moment it was due.
"""

import argparse
import asyncio
import base64
import datetime as dt
import itertools
import json
import statistics
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import uvloop

from apps.bench.frames import CYCLE, story
from apps.bench.machine import seconds_of
from apps.core import clock
from apps.simulator.script import Message
from apps.simulator.wire import Wire

WARM_S = 0.7
BEFORE_NOW = dt.timedelta(minutes=1)


class Station(asyncio.Protocol):
    """One websocket, masked with zeros, one message at a time."""

    def __init__(self, identity: str, key: str, crowd: "Crowd", *, place: int) -> None:
        self.identity, self.key, self.crowd = identity, key, crowd
        self.ready: asyncio.Future[None] = crowd.loop.create_future()
        self.story = story(identity, clock.now() - BEFORE_NOW, place=place)
        self.wire = Wire(map(str, itertools.count()).__next__)
        self.last: Message | None = None
        self.buffer, self.is_open = b"", False
        self.due = 0.0

    def connection_made(self, transport: Any) -> None:
        """Ask for the upgrade."""
        self.transport = transport
        secret = base64.b64encode(f"{self.identity}:{self.key}".encode()).decode()
        lines = [
            f"GET /ocpp/{self.identity} HTTP/1.1",
            "Host: localhost",
            "Upgrade: websocket",
            "Connection: Upgrade",
            "Sec-WebSocket-Version: 13",
            "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
            "Sec-WebSocket-Protocol: ocpp1.6",
            f"Authorization: Basic {secret}",
        ]
        transport.write("\r\n".join([*lines, "", ""]).encode())

    def data_received(self, data: bytes) -> None:
        """Take in the answer to the upgrade, then frames."""
        self.buffer += data
        if not self.is_open:
            head, ended, rest = self.buffer.partition(b"\r\n\r\n")
            if not ended:
                return
            if b" 101 " not in head[:20]:
                self.ready.set_exception(ConnectionError(head.split(b"\r\n")[0].decode()))
                return
            self.is_open, self.buffer = True, rest
            self.ready.set_result(None)
        while frame := self._next_frame():
            self._on_frame(*frame)

    def _next_frame(self) -> tuple[int, bytes] | None:
        if len(self.buffer) < 2:
            return None
        size, start = self.buffer[1], 2
        if size == 126:
            size, start = int.from_bytes(self.buffer[2:4]), 4
        if len(self.buffer) < start + size:
            return None
        code, payload = self.buffer[0] & 15, self.buffer[start : start + size]
        self.buffer = self.buffer[start + size :]
        return code, payload

    def _on_frame(self, code: int, payload: bytes) -> None:
        if code == 1 and payload.startswith((b"[3,", b"[4,")):
            is_result = payload.startswith(b"[3,")
            if is_result and self.last and self.last.action == "StartTransaction":
                self._on_start(self.last, json.loads(payload)[2])
            self.crowd.on_answer(self, is_result=is_result)
        elif code == 9:
            self._write(0x8A, payload)
        elif code == 8:
            self.transport.close()

    def _on_start(self, start: Message, answer: dict[str, Any]) -> None:
        self.wire.learn(start, answer)
        self.crowd.errors += answer.get("idTagInfo", {}).get("status") != "Accepted"

    def connection_lost(self, error: Exception | None) -> None:
        """Count it: a station that is lost spoils the run."""
        self.crowd.lost += 1

    def speak(self, due: float) -> None:
        """Say the next thing."""
        self.due, self.last = due, next(self.story)
        self._write(0x81, self.wire.encode(self.last)[1].encode())

    def _write(self, first: int, payload: bytes) -> None:
        size = len(payload)
        length = bytes([0x80 | size]) if size < 126 else b"\xfe" + size.to_bytes(2)
        self.transport.write(bytes([first]) + length + b"\0\0\0\0" + payload)


class Crowd:
    """All stations of a run, and what they heard."""

    def __init__(self, rate: float, pids: Sequence[int]) -> None:
        self.loop, self.rate, self.pids = asyncio.get_running_loop(), rate, pids
        self.is_counting, self.is_over = False, True  # over: an answer starts nothing
        self.answered = self.errors = self.lost = 0
        self.delays: list[float] = []
        self.idle: asyncio.Queue[Station] = asyncio.Queue()

    def on_answer(self, station: Station, *, is_result: bool) -> None:
        """Count an answer; in a closed loop its station goes on."""
        now = self.loop.time()
        if self.is_counting:
            self.answered += 1
            self.errors += not is_result
            self.delays.append(now - station.due)
        if self.rate or self.is_over:
            self.idle.put_nowait(station)
        else:
            station.speak(now)

    async def run(self, port: int, keys: list[tuple[str, str]], seconds: float) -> dict[str, Any]:
        """Connect, warm up, count for so long; returns the figures."""
        await self._plug_in(port, keys)
        pacing = self.loop.create_task(self._begin())
        await asyncio.sleep(WARM_S)
        self.is_counting, before = True, self._spent()
        await asyncio.sleep(seconds)
        self.is_counting, self.is_over = False, True
        spent = [now - then for now, then in zip(self._spent(), before, strict=True)]
        pacing.cancel()
        return self._figures(*spent)

    def _spent(self) -> tuple[float, float, float]:
        """Return the time, our processor time, and that of the processes that are watched."""
        return self.loop.time(), time.process_time(), sum(map(seconds_of, self.pids))

    async def _plug_in(self, port: int, keys: list[tuple[str, str]]) -> None:
        """Connect everybody and start a charge each; the charges are not all as far as another."""
        for number, (identity, key) in enumerate(keys):
            station = Station(identity, key, self, place=1 + number * (CYCLE - 1) // len(keys))
            await self.loop.create_connection(lambda one=station: one, "127.0.0.1", port)  # type: ignore[misc]
            await asyncio.wait_for(station.ready, 30)
            station.speak(self.loop.time())
        charging = [await self.idle.get() for _ in keys]
        for station in charging:
            self.idle.put_nowait(station)
        self.is_over = False

    async def _begin(self) -> None:
        now = self.loop.time()
        if not self.rate:
            while not self.idle.empty():
                self.idle.get_nowait().speak(now)
            return
        for number in range(10**9):
            due = now + number / self.rate
            await asyncio.sleep(due - self.loop.time())
            station = await self.idle.get()
            station.speak(due)

    def _figures(self, took: float, own: float, theirs: float) -> dict[str, Any]:
        delays = sorted(self.delays) or [0.0]
        return {
            "messages_per_s": self.answered / took,
            "p50_ms": statistics.median(delays) * 1000,
            "p99_ms": delays[int(len(delays) * 0.99)] * 1000,
            "cpu_us_per_message": theirs / max(self.answered, 1) * 1_000_000,
            "generator_busy": own / took,
            "errors": self.errors,
            "lost": self.lost,
        }


def main() -> None:
    """Read the options, run once, print one JSON object."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--stations", type=Path, required=True, help="a JSON object: identity, key")
    parser.add_argument("--seconds", type=float, default=3)
    parser.add_argument("--rate", type=float, default=0, help="messages per second; 0: closed loop")
    parser.add_argument("--pid", type=int, action="append", default=[], help="watch its processor")
    options = parser.parse_args()
    keys = list(json.loads(options.stations.read_text(encoding="utf-8")).items())

    async def work() -> dict[str, Any]:
        return await Crowd(options.rate, options.pid).run(options.port, keys, options.seconds)

    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        print(json.dumps(runner.run(work())))  # noqa: T201


if __name__ == "__main__":
    main()
