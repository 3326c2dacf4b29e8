"""A simulated station that is alive: vehicles come, orders are obeyed, outages survived."""

import asyncio
import contextlib
import datetime as dt
from collections.abc import Callable
from typing import Any

from apps.core import clock
from apps.simulator.answers import Known, Reply, answer
from apps.simulator.behaviour import Span, Station, Visit, visits
from apps.simulator.ledger import Ledger
from apps.simulator.outbox import CALL_SECONDS, Outbox
from apps.simulator.script import Charge, Message, boot, settings_of, status

_FOREVER = dt.timedelta(days=3650)
_REMOTE = (20_000, dt.timedelta(minutes=10))  # a remotely started charge: Wh, and how it lingers


class SimulatedStation:
    """One station over a real websocket."""

    def __init__(
        self,
        station: Station,
        *,
        url: str,
        key: str = "",
        ledger: Ledger | None = None,
        registers: dict[int, int] | None = None,
        speed: int = 1,
        remember: Callable[[str, dict[int, int]], None] | None = None,
    ) -> None:
        self.station, self.speed = station, speed
        self.registers = dict(registers or {})  # lifetime, in Wh, by connector
        self._remember = remember or (lambda _identity, _registers: None)
        self.charges: dict[int, Charge] = {}  # what charges now, by connector
        self.outbox = Outbox(
            station.identity,
            url=url,
            key=key,
            ledger=ledger or Ledger(),
            greet=self._greet,
            heard=self._hear,
        )
        self._epoch = clock.now()
        self._stops: dict[int, asyncio.Event] = {}
        self._reasons: dict[int, str] = {}
        self._ordered = {n: asyncio.Queue[str]() for n in range(1, station.connectors + 1)}
        self._inoperative: set[int] = set()
        self._is_closing = False
        self._quiet = asyncio.Event()
        self._quiet.set()
        self._restarting: asyncio.Task[None] | None = None
        self._settings = settings_of(station)

    def now(self) -> dt.datetime:
        """Return the station's moment: its clock runs `speed` times as fast."""
        return self._epoch + (clock.now() - self._epoch) * self.speed

    # ---- life

    async def run(self, stop: asyncio.Event) -> None:
        """Live until `stop` is set; then end what charges and deliver it.

        :raises RefusedError: the backoffice refuses this station (inside an exception group).
        """
        self._epoch = clock.now()
        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(self._live_at(number)) for number in self._ordered]
            tasks += [group.create_task(self._beat())]
            tasks += [group.create_task(self.outbox.run(self._serve, self._act))]
            await stop.wait()
            await self._finish()
            for task in tasks:
                task.cancel()
        await self.outbox.close()

    async def _finish(self) -> None:
        self._is_closing = True
        await self._end_all("Local", CALL_SECONDS if self.outbox.link else 1)

    async def _end_all(self, reason: str, seconds: float) -> None:
        """End every charge and let the queue run empty, or until the time is up."""
        for number in list(self.charges):
            self._request_stop(number, reason)
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._quiet.wait()
                await self.outbox.emptied.wait()

    async def _live_at(self, number: int) -> None:
        coming = visits(self.station, number, Span(self.now(), self.now() + _FOREVER))
        waiting = next(coming, None)
        while not self._is_closing:
            visit = await self._next_visit(number, waiting)
            if visit is waiting:
                waiting = next(coming, None)
            if number not in self._inoperative and not self._is_closing:
                await self._charge(number, visit)

    async def _next_visit(self, number: int, waiting: Visit | None) -> Visit:
        """Wait for the next planned visit, or for a remote start before it."""
        order = self._ordered[number].get()
        if waiting is None:
            token = await order
        else:
            try:
                token = await asyncio.wait_for(order, self._seconds_until(waiting.at))
            except TimeoutError:
                return waiting
        return Visit(self.now(), token, min(self.station.max_w, 11_000), *_REMOTE)

    async def _charge(self, number: int, visit: Visit) -> None:
        charge = Charge(
            self.station, connector=number, visit=visit, register_wh=self.registers.get(number, 0)
        )
        stop = self._stops[number] = asyncio.Event()
        self.charges[number] = charge
        self._quiet.clear()
        try:
            await self._play(charge, stop)
        finally:
            del self.charges[number], self._stops[number]
            if not self.charges:
                self._quiet.set()

    async def _play(self, charge: Charge, stop: asyncio.Event) -> None:
        has_started, ended_at = False, charge.ends_at
        for message in charge.messages():
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(stop.wait(), self._seconds_until(message.at))
            if stop.is_set() and message.at <= charge.ends_at:
                ended_at = await self._cut(charge, has_started=has_started)
                break
            self.outbox.say(message)
            has_started = has_started or message.action == "StartTransaction"
            if message.action == "MeterValues":
                self._keep_register(charge, message.at)
        if has_started:
            self._keep_register(charge, ended_at)

    def _keep_register(self, charge: Charge, at: dt.datetime) -> None:
        self.registers[charge.connector] = charge.register_wh(at)
        self._remember(self.station.identity, self.registers)

    async def _cut(self, charge: Charge, *, has_started: bool) -> dt.datetime:
        """End before the vehicle leaves by itself."""
        at = self.now()
        for message in charge.leave(at, self._reasons.pop(charge.connector, "Remote")):
            if has_started or message.action != "StopTransaction":
                await asyncio.sleep(0 if self._is_closing else self._seconds_until(message.at))
                self.outbox.say(message)
        return at

    async def _beat(self) -> None:
        while True:
            await asyncio.sleep(int(self._settings["HeartbeatInterval"]) / self.speed)
            if self.outbox.link is not None:
                self.outbox.say(Message(self.now(), "Heartbeat", {}))

    def _seconds_until(self, moment: dt.datetime) -> float:
        return max(0.0, (moment - self.now()).total_seconds() / self.speed)

    def _greet(self) -> list[Message]:
        first = [] if self.outbox.is_booted else [boot(self.station, self.now())]
        return [*first, *self._statuses()]

    def _statuses(self) -> list[Message]:
        at = self.now()
        words = {
            number: ("Charging" if charge.power_w(at) else "SuspendedEV")
            for number, charge in self.charges.items()
        }
        words |= dict.fromkeys(self._inoperative, "Unavailable")
        numbers = range(self.station.connectors + 1)
        return [status(at, number, words.get(number, "Available")) for number in numbers]

    # ---- what the backoffice answers and asks

    def _hear(self, message: Message, reply: dict[str, Any]) -> None:
        """End a charge whose card is refused: StopTransactionOnInvalidId is true here."""
        charge = self.charges.get(message.connector)
        if message.action != "StartTransaction" or charge is None or charge.key != message.charge:
            return
        told = reply.get("idTagInfo")
        if isinstance(told, dict) and told.get("status", "Accepted") != "Accepted":
            self.outbox.note("card_refused", status=told["status"], token=charge.visit.token)
            self._request_stop(message.connector, "DeAuthorized")

    def _serve(self, action: str, payload: Any) -> Reply:
        numbers = {self._transaction(charge) for charge in self.charges.values()}
        known = Known(
            connectors=self.station.connectors,
            busy=frozenset(self.charges),
            transactions=frozenset(number for number in numbers if number is not None),
            settings=self._settings,
        )
        self.outbox.note("called", action=action, payload=payload)
        return answer(action, payload, known)

    def _transaction(self, charge: Charge) -> int | None:
        return self.outbox.wire.transactions.get(charge.key)

    def _act(self, reply: Reply) -> None:
        what, detail = reply.act
        if what == "start":
            self._ordered[detail[0]].put_nowait(detail[1])
        elif what in {"stop", "unlock"}:
            self._stop_one(what, detail)
        elif what == "setting":
            self._settings[detail[0]] = detail[1]
        elif what == "availability":
            self._change_availability(*detail)
        elif what == "trigger":
            self._trigger(*detail)
        elif what == "reset":
            self._restarting = asyncio.get_running_loop().create_task(self._restart(detail))

    def _stop_one(self, what: str, detail: int) -> None:
        for number, charge in self.charges.items():
            if what == "unlock" and number == detail:
                self._request_stop(number, "UnlockCommand")
            elif what == "stop" and self._transaction(charge) == detail:
                self._request_stop(number, "Remote")

    def _request_stop(self, number: int, reason: str) -> None:
        self._reasons[number] = reason
        self._stops[number].set()

    def _change_availability(self, number: int, word: str) -> None:
        numbers = set(self._ordered) if number == 0 else {number}
        if word == "Inoperative":
            self._inoperative |= numbers
        else:
            self._inoperative -= numbers
        for message in self._statuses():
            self.outbox.say(message)

    def _trigger(self, wanted: str, number: int) -> None:
        at = self.now()
        if wanted == "BootNotification":
            self.outbox.say(boot(self.station, at))
        elif wanted == "Heartbeat":
            self.outbox.say(Message(at, "Heartbeat", {}))
        elif wanted == "StatusNotification":
            for message in self._statuses():
                if number in {0, message.connector}:
                    self.outbox.say(message)
        elif number in self.charges and self._transaction(self.charges[number]) is not None:
            self.outbox.say(self.charges[number].reading(at))

    async def _restart(self, kind: str) -> None:
        """Stop what charges, drop the connection; the boot follows on the next one."""
        await self._end_all(f"{kind}Reset", 5)
        self.outbox.is_booted = False
        await self.outbox.close()
