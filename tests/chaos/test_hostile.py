"""Hostile frames: the server lives, its other stations notice nothing, and the pages stay whole."""

import asyncio
import contextlib
import json
import os
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
import websockets

from tests.chaos.browser import Person
from tests.chaos.hostile import MARK, TEXTS, frames, owed
from tests.live import Live, live_product

pytestmark = pytest.mark.slow
COUNTS = [
    pytest.param(1_000, id="2000"),  # on each door
    pytest.param(10_000, id="20000", marks=pytest.mark.chaos),
]
BOOT = {"chargePointVendor": TEXTS[0][:20], "chargePointModel": TEXTS[1][:20]}
PASSWORD_ROLE = ("--tenant", "alfa", "--role", "installer", "--email", "anna@voorbeeld.example")


class Attacker:
    """Sends frames on one socket and counts what is owed and what comes."""

    def __init__(self, live: Live) -> None:
        self.live, self.counts = live, Counter[str]()
        self.unanswered: list[str] = []

    async def play(self, hostile: Iterator[str]) -> None:
        waiting = list(hostile)[::-1]
        while waiting:
            async with self.live.connect_station("EVIL", max_size=None) as socket:
                self.counts["connected"] += 1
                with contextlib.suppress(websockets.ConnectionClosed):
                    await self._ask(socket, json.dumps([2, "boot", "BootNotification", BOOT]))
                    while waiting:
                        text = waiting.pop()
                        await self._ask(socket, text)

    async def _ask(self, socket: websockets.ClientConnection, text: str) -> None:
        """Send one frame; an honest call after what is owed nothing shows that it was read."""
        owed_id = owed(text)
        await socket.send(text)
        if owed_id is None:
            owed_id, text = "alive", '[2,"alive","Heartbeat",{}]'
            await socket.send(text)
        else:
            self.counts["owed"] += 1
        try:
            await asyncio.wait_for(self._answer(socket, owed_id), 10)
        except (TimeoutError, websockets.ConnectionClosed):
            self.unanswered.append(text[:200])
            raise

    async def _answer(self, socket: websockets.ClientConnection, message_id: str) -> None:
        while True:
            frame = json.loads(await socket.recv())
            assert frame[0] in {2, 3, 4}
            if frame[0] in {3, 4} and frame[1] == message_id:
                self.counts[f"type {frame[0]}"] += 1
                return


async def witness(live: Live, identity: str, *, until: asyncio.Event) -> list[float]:
    """Be an honest station for as long as it lasts; returns how long each heartbeat took."""
    took: list[float] = []
    loop = asyncio.get_running_loop()
    async with live.connect_station(identity) as socket:
        while not until.is_set():
            began = loop.time()
            await socket.send('[2,"hb","Heartbeat",{}]')
            while json.loads(await asyncio.wait_for(socket.recv(), 10))[1] != "hb":
                pass
            took.append(loop.time() - began)
            await asyncio.sleep(0.05)
    return took


async def attack(live: Live, count: int) -> tuple[Attacker, list[list[float]]]:
    attacker, over = Attacker(live), asyncio.Event()
    honest = ["HONEST-1", "HONEST-2", "HONEST-3"]
    watching = [asyncio.create_task(witness(live, name, until=over)) for name in honest]
    try:
        await attacker.play(frames(count, seed=8))
    finally:
        over.set()
    return attacker, await asyncio.gather(*watching)


@pytest.mark.parametrize("count", COUNTS)
@pytest.mark.parametrize("server", ["serve", "serve_stations"])
def test_hostile_frames_harm_nobody(server, count, tmp_path):
    with live_product("hostile", tmp_path, server=server) as live:
        live.add_stations("EVIL")
        live.add_stations("HONEST", count=3)
        live.start()
        began, sql = live.process, broken_sql()
        attacker, honest = asyncio.run(attack(live, count))
        assert live.process is began and began is not None and began.poll() is None
        assert attacker.unanswered == []
        assert attacker.counts["owed"] > count / 3  # most frames were calls
        assert attacker.counts["type 3"] > count / 10 and attacker.counts["type 4"] > count / 10
        assert all(took and max(took) < 5 for took in honest)
        look_at_every_page(live)
        assert broken_sql() == sql


def broken_sql() -> int:
    """Return how many statements PostgreSQL could not read: what an injection looks like first."""
    return Path(os.environ["TEST_DATABASE_LOG"]).read_text(errors="replace").count("syntax error")


def look_at_every_page(live: Live) -> None:
    """Every page of the installer still answers, and what the station sent stands there as text."""
    live.stop()
    live.server = "serve"
    live.start()
    [made] = live.json("create_user", *PASSWORD_ROLE)
    person = Person(live.port, "alfa")
    person.log_in("anna@voorbeeld.example", made["password"])
    pages = person.crawl("/stations/")
    assert len(pages) > 10
    assert {path: status for path, (status, _) in pages.items() if status != 200} == {}
    texts = [text for _, text in pages.values()]
    assert any(MARK in text for text in texts)
    assert not any(
        f"<script>window.{MARK}" in t or f"<img src=x onerror=window.{MARK}" in t for t in texts
    )
