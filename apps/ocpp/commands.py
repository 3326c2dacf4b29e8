"""Our commands on one socket: one outgoing call at a time, in order, with an end for each."""

import asyncio
import contextlib
import datetime as dt
import uuid
from collections import OrderedDict, deque
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import DatabaseError

from apps.core import clock
from apps.ocpp import framing
from apps.ocpp.framing import Answer
from apps.ocpp.v16.outbound.registry import NotSupportedByVersionError
from apps.ocpp.work import Payload, Understood
from apps.stations.operations import record_answer, take_command
from apps.tenants.bridge import in_tenant

if TYPE_CHECKING:
    from apps.ocpp.consumers import StationConsumer

MOST_REMEMBERED = 16
_REQUEST_IDS = 2**31  # what a version that numbers its requests can hold


@dataclass(slots=True)
class Asked:
    """A call of ours that was sent: the command behind it, and what the station was told."""

    command_id: int
    message_id: str
    action: str = ""


class Outbox:
    """The one slot for outgoing calls, and the queue before it."""

    def __init__(self, socket: "StationConsumer") -> None:
        self.socket = socket
        self._queue: deque[int] = deque()
        self._is_sending = False
        self._open: tuple[Asked, asyncio.Future[Answer]] | None = None
        self._late: OrderedDict[str, Asked] = OrderedDict()  # by message id

    def put(self, command_id: int) -> None:
        """Queue a command; one that is queued already is not queued twice."""
        if command_id not in self._queue:
            self._queue.append(command_id)
        if not self._is_sending:
            self._is_sending = True
            self.socket.door.spawn(self._send_all())

    def stop(self) -> None:
        """Tell whoever waits for an answer that the socket is gone."""
        self._queue.clear()
        if self._open is not None and not self._open[1].done():
            self._open[1].set_exception(ConnectionResetError("the connection was lost"))

    async def _send_all(self) -> None:
        try:
            while self._queue and not self.socket.is_closing:
                with contextlib.suppress(DatabaseError):  # the row stays; the sweeper ends it
                    await self._send(self._queue.popleft())
        finally:
            self._is_sending = False

    async def _send(self, command_id: int) -> None:
        asked = Asked(command_id, str(uuid.uuid4()))
        future: asyncio.Future[Answer] = asyncio.get_running_loop().create_future()
        self._open = (asked, future)
        async with self.socket.busy:
            talk = self.socket.talk
            taken = await in_tenant(talk.facts.schema, self._take, asked, clock.now())
            if isinstance(taken, bytes):
                talk.journal.commit()
        if isinstance(taken, bytes):
            await self.socket.send({"type": "websocket.send", "text": taken.decode()})
            await self._wait(asked, future)
        self._open = None

    def _take(self, asked: Asked, now: dt.datetime) -> bytes | None:
        """Claim, translate and journal in one transaction; None when there is nothing to send."""
        talk = self.socket.talk
        command_id, message_id = asked.command_id, asked.message_id
        command = take_command(
            command_id=command_id, epoch=talk.facts.epoch, message_id=message_id, now=now
        )
        if command is None:
            return None
        try:
            told = {**command.args, "request_id": command_id % _REQUEST_IDS}
            asked.action, payload = talk.version.build(command.kind, told)
        except NotSupportedByVersionError as error:
            why: Payload = {"error": "NotSupportedByVersion", "description": str(error)}
            record_answer(command_id=command_id, state="not_supported", response=why, now=now)
            return None
        raw = framing.call(message_id, asked.action, payload)
        talk.note_command(raw, now, message_id=message_id, action=asked.action)
        return raw

    async def _wait(self, asked: Asked, future: "asyncio.Future[Answer]") -> None:
        command_id = asked.command_id
        try:
            answer = await asyncio.wait_for(future, settings.COMMAND_TIMEOUT_SECONDS)
        except TimeoutError:
            self._remember(asked)
            why: Payload = {"error": "Timeout", "description": "the station did not answer in time"}
            await self._record(command_id, Understood("timeout", why))
        except ConnectionResetError:
            why = {"error": "ConnectionLost", "description": "the connection went before an answer"}
            await self._record(command_id, Understood("timeout", why))
        else:
            found = self.socket.talk.version.read(
                asked.action, answer.payload, code=answer.code, description=answer.description
            )
            await self._record(command_id, found)

    async def _record(self, command_id: int, found: Understood) -> None:
        await in_tenant(
            self.socket.talk.facts.schema,
            record_answer,
            command_id=command_id,
            state=found.state,
            response=found.response,
            configuration=found.configuration,
            now=clock.now(),
        )

    def _remember(self, asked: Asked) -> None:
        self._late[asked.message_id] = asked
        if len(self._late) > MOST_REMEMBERED:
            self._late.popitem(last=False)

    async def on_answer(self, raw: bytes, answer: Answer, now: dt.datetime) -> None:
        """Take an answer: to the open call, to one that timed out, or to nothing (dropped)."""
        opened = self._open if self._open and self._open[0].message_id == answer.id else None
        late = self._late.pop(answer.id, None)
        remark = "" if opened else "late answer" if late else "answer to nothing"
        asked = opened[0] if opened else late
        async with self.socket.busy:
            action = asked.action if asked else ""
            parts = self.socket.talk.note_answer(raw, answer.id, now, action=action, remark=remark)
            await self.socket.store(parts)
        if opened is not None and not opened[1].done():
            opened[1].set_result(answer)
        elif late is not None:
            found = self.socket.talk.version.read(
                late.action, answer.payload, code=answer.code, description=answer.description
            )
            with contextlib.suppress(DatabaseError):
                kept = {**found.response, "late": True}
                await self._record(late.command_id, replace(found, state="timeout", response=kept))
