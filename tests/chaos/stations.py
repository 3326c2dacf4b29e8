"""Stations that do nothing but transactions, as fast as they are answered, with their own books."""

import asyncio
import datetime as dt
import itertools
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from apps.core import clock
from apps.simulator.answers import Reply
from apps.simulator.ledger import Ledger
from apps.simulator.outbox import Outbox
from apps.simulator.script import Message, written
from tests.chaos.cutter import Cutter

Fault = Callable[[], None]
BOOT = {"chargePointVendor": "Acme", "chargePointModel": "Storm"}
WINDOW = 4  # messages a station has waiting: it never stands still, and remembers little


class StormStation:
    """Starts and stops `charges` transactions; what is lost on the way it says again."""

    def __init__(self, identity: str, *, url: str, key: str, ledger: Ledger, charges: int) -> None:
        self.identity, self.charges, self.ledger = identity, charges, ledger
        self.outbox = Outbox(identity, url=url, key=key, ledger=ledger, greet=self._greet)
        self._began = clock.now()

    def _greet(self) -> list[Message]:
        return [Message(clock.now(), "BootNotification", BOOT)]

    async def run(self) -> None:
        """Say everything, until all of it was answered."""
        sender = asyncio.create_task(self.outbox.run(_refuse, lambda _reply: None))
        try:
            for number in range(self.charges):
                await self._wait_for_room(sender)
                for message in self._charge(number):
                    self.outbox.say(message)
            await self._wait(sender, self.outbox.emptied.wait())
        finally:
            sender.cancel()
            await asyncio.gather(sender, return_exceptions=True)
            await self.outbox.close()

    async def _wait_for_room(self, sender: asyncio.Task[None]) -> None:
        while len(self.outbox._queue) > WINDOW:
            await self._wait(sender, asyncio.sleep(0.005))

    async def _wait(self, sender: asyncio.Task[None], what: object) -> None:
        """Wait for something, but not longer than the sender lives."""
        waiting = asyncio.ensure_future(what)  # type: ignore[call-overload]
        await asyncio.wait([sender, waiting], return_when=asyncio.FIRST_COMPLETED)
        if sender.done():
            waiting.cancel()
            sender.result()

    def _charge(self, number: int) -> list[Message]:
        key, begin_wh = f"{self.identity}/{number}", 1000 + 100 * number
        at = self._began + dt.timedelta(milliseconds=20 * number)
        start = {
            "connectorId": 1,
            "idTag": card_of(self.identity),
            "meterStart": begin_wh,
            "timestamp": written(at),
        }
        stop = {
            "meterStop": begin_wh + 1 + number % 99,
            "timestamp": written(at + dt.timedelta(milliseconds=10)),
        }
        return [
            Message(at, "StartTransaction", start, key, 1),
            Message(at, "StopTransaction", stop, key, 1),
        ]


def card_of(identity: str) -> str:
    """Return the card of a station: one card charges in one place at a time."""
    return f"{identity}-CARD"


def _refuse(_action: str, _payload: object) -> Reply:
    return Reply({}, error="NotSupported")


def storm(
    stations: list[StormStation], cutter: Cutter, faults: list[Fault], *, patience: float
) -> None:
    """Let the stations run while one fault after the other happens, evenly over the messages.

    The stations live in a thread: a process dies with the thread that started it, so whoever
    restarts servers must outlive the storm.

    :raises TimeoutError: the stations were not all answered within `patience` seconds.
    """
    ledger = stations[0].ledger
    whole = 2 * sum(station.charges for station in stations)
    with ThreadPoolExecutor(1) as thread:
        living = thread.submit(asyncio.run, _live(stations, cutter, patience))
        for number, fault in enumerate(faults, 1):
            while acknowledged(ledger) < whole * number // (len(faults) + 1) and not living.done():
                time.sleep(0.01)
            fault()
        living.result()


async def _live(stations: list[StormStation], cutter: Cutter, patience: float) -> None:
    async with asyncio.timeout(patience), cutter, asyncio.TaskGroup() as group:
        for station in stations:
            group.create_task(station.run())


def acknowledged(ledger: Ledger) -> int:
    """Return how many transaction messages were answered."""
    rows = list(ledger.charges.values())  # the stations add rows in their own thread
    return sum(row.is_start_acknowledged + row.is_stop_acknowledged for row in rows)


def cycle(faults: list[Fault], count: int) -> list[Fault]:
    """Return `count` faults, in turn."""
    return list(itertools.islice(itertools.cycle(faults), count))
