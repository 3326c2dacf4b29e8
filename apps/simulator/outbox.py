"""A station's queue of messages and the connection it goes out on: first in, first out.

What belongs to a transaction survives an outage and is tried again with a new message id and the
same content; the rest is told anew when the connection is back.
"""

import asyncio
import uuid
from collections import deque
from collections.abc import Callable
from random import Random
from typing import Any

from apps.core import clock
from apps.simulator.answers import Reply
from apps.simulator.ledger import Ledger
from apps.simulator.link import CallError, Link, LostError, Serve, basic
from apps.simulator.script import Message
from apps.simulator.wire import Wire

CALL_SECONDS = 30.0
ATTEMPTS = 3  # after so many CALLERRORs a message is given up


class Outbox:
    """Sends what a station says.

    `greet` makes what it says first on a new connection; `heard` is told each answer.
    """

    def __init__(
        self,
        identity: str,
        *,
        url: str,
        key: str,
        ledger: Ledger,
        greet: Callable[[], list[Message]],
        heard: Callable[[Message, dict[str, Any]], None] = lambda _message, _reply: None,
    ) -> None:
        self.identity, self.url, self.ledger = identity, url, ledger
        self.wire = Wire(lambda: str(uuid.uuid4()))
        self.link: Link | None = None
        self.is_booted = False
        self.emptied = asyncio.Event()
        self._authorization = basic(identity, key) if key else ""
        self._greet, self._heard = greet, heard
        self._queue, self._more = deque[Message](), asyncio.Event()
        self._rng = Random(f"{identity}/backoff")

    def say(self, message: Message) -> None:
        """Queue a message; what need not survive an outage is dropped in one."""
        self.ledger.happened(self.identity, message)
        if self.link is not None or message.is_kept_offline:
            self._queue.append(message)
            self.emptied.clear()
            self._more.set()

    async def run(self, serve: Serve, acted: Callable[[Reply], None]) -> None:
        """Keep connected and empty the queue, with a growing pause between attempts.

        :raises RefusedError: the backoffice refuses this station.
        """
        pause = 0.2
        while True:
            try:
                self.link = await Link.open(
                    self.url, authorization=self._authorization, serve=serve, acted=acted
                )
                self.note("connected")
                self._begin_anew()
                pause = 0.2
                await self._send_all(self.link)
            except LostError as lost:
                self.note("lost", why=str(lost)[:120])
            await self.close()
            await asyncio.sleep(pause + pause * self._rng.random())
            pause = min(pause * 2, 5.0)

    async def close(self) -> None:
        """Drop the connection; the queue stays."""
        link, self.link = self.link, None
        if link is not None:
            await link.close()

    def note(self, event: str, **facts: Any) -> None:
        """Write to the ledger."""
        self.ledger.note(event, clock.now(), self.identity, **facts)

    def _begin_anew(self) -> None:
        kept = [message for message in self._queue if message.is_kept_offline]
        self._queue = deque([*self._greet(), *kept])
        self.emptied.clear()
        self._more.set()

    async def _send_all(self, link: Link) -> None:
        errors = 0
        while True:
            if not self._queue:
                await self._wait_for_more(link)
            message = self._queue[0]
            try:
                await self._send(link, message)
                errors = 0
            except CallError as error:
                errors = errors + 1 if message.is_kept_offline else ATTEMPTS
                self.note("refused", action=message.action, why=str(error)[:200])
                if errors < ATTEMPTS:
                    await asyncio.sleep(0.2 * errors)
                    continue
                errors = 0
            self._queue.popleft()
            if not self._queue:
                self.emptied.set()

    async def _wait_for_more(self, link: Link) -> None:
        """Wait for a message.

        :raises LostError: the connection ended first.
        """
        self._more.clear()
        waits = [asyncio.ensure_future(self._more.wait()), asyncio.ensure_future(link.closed())]
        try:
            await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
        finally:
            is_over = waits[1].done()
            for wait in waits:
                wait.cancel()
        if is_over:
            raise LostError("the connection was closed")

    async def _send(self, link: Link, message: Message) -> None:
        message_id, frame = self.wire.encode(message)
        self.note("sent", id=message_id, action=message.action, frame=frame)
        reply = await link.call(message_id, frame, seconds=CALL_SECONDS)
        self.wire.learn(message, reply)
        self.ledger.acknowledged(message, reply)
        self.note("acknowledged", id=message_id, action=message.action, answer=reply)
        if message.action == "BootNotification":
            self.is_booted = reply.get("status") == "Accepted"
        self._heard(message, reply)
