"""Simulated stations at a moment of the past, over real websockets, with a ledger of their own."""

import asyncio
import datetime as dt
import json
from collections.abc import Coroutine, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from apps.core import clock
from apps.simulator.behaviour import Station, Visit
from apps.simulator.client import SimulatedStation
from apps.simulator.ledger import Ledger
from apps.simulator.script import Charge

SPEED = 300  # a quarter of an hour in three seconds
PATIENCE = 60.0


def run_aside(scenario: Coroutine[Any, Any, None]) -> None:
    """Run a scenario on a thread of its own: a browser's driver keeps a loop on this one."""
    with ThreadPoolExecutor(1) as aside:
        aside.submit(asyncio.run, scenario).result()


class PastStation(SimulatedStation):
    """A station whose clock stands in the past; it lives as long as its vehicles are told."""

    def __init__(
        self, station: Station, *, begins_at: dt.datetime, visits: Sequence[Visit] = (), **how: Any
    ) -> None:
        self._begins_at = begins_at
        super().__init__(station, speed=SPEED, **how)
        self._visits = visits
        self._is_over = asyncio.Event()

    def now(self) -> dt.datetime:
        """Return the station's moment."""
        return self._begins_at + (clock.now() - self._epoch) * self.speed

    async def live(self) -> None:
        """Connect, let every vehicle charge, empty the queue, disconnect."""
        async with asyncio.timeout(PATIENCE):
            await self.run(self._is_over)

    def charge_offline(self, visits: Sequence[Visit]) -> None:
        """Let vehicles charge while there is no connection: what must not be lost is queued."""
        for visit in visits:
            charge = Charge(
                self.station, connector=1, visit=visit, register_wh=self.registers.get(1, 0)
            )
            for message in charge.messages():
                self.outbox.say(message)
            self.registers[1] = charge.register_wh(charge.ends_at)

    async def _live_at(self, number: int) -> None:
        for visit in self._visits:
            await self._charge(number, visit)
        await self.outbox.emptied.wait()
        self._is_over.set()


class Driveway:
    """The station as the story moves it; its books outlive its connections."""

    def __init__(self, station: Station, *, url: str, key: str, book: Path) -> None:
        self.station, self.book = station, book
        self.ledger = Ledger(book)
        self._how: dict[str, Any] = {"url": url, "key": key, "ledger": self.ledger}
        self._registers = {1: 1_284_310}

    def charge(self, visits: Sequence[Visit]) -> None:
        """Be online and let vehicles charge."""

        async def evening() -> None:
            made = PastStation(
                self.station,
                begins_at=visits[0].at - dt.timedelta(minutes=1),
                visits=visits,
                registers=self._registers,
                **self._how,
            )
            await made.live()
            self._registers = made.registers

        run_aside(evening())

    def charge_unseen(self, visits: Sequence[Visit]) -> None:
        """Charge offline, and tell it afterwards."""

        async def return_() -> None:
            end = visits[-1].at + dt.timedelta(hours=12)
            made = PastStation(self.station, begins_at=end, registers=self._registers, **self._how)
            made.charge_offline(visits)
            await made.live()
            self._registers = made.registers

        run_aside(return_())

    def sent(self) -> list[tuple[float, str]]:
        """Return every frame that the ledger says went out, with the real moment."""
        rows = [json.loads(line) for line in self.book.read_text().splitlines()]
        return [
            (dt.datetime.fromisoformat(row["at"]).timestamp(), row["frame"])
            for row in rows
            if row["event"] == "sent"
        ]

    def said(self, status: str) -> list[float]:
        """Return when the station said of its connector that it is so."""
        return [
            at
            for at, frame in self.sent()
            if frame.startswith("[2,") and f'"status":"{status}"' in frame
        ]
