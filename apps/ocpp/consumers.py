"""One station socket: a Channels consumer that owns its receive loop and uses no channel layer."""

import asyncio
import contextlib
import datetime as dt
import logging
import uuid
from typing import Any

from channels.consumer import AsyncConsumer
from django.db import DatabaseError, InterfaceError, OperationalError
from psycopg import errors as postgres

from apps.core import clock
from apps.core.refused import NotFound
from apps.ocpp.commands import Outbox
from apps.ocpp.conversation import Conversation, Handled, log_without_values
from apps.ocpp.door import Door, door
from apps.ocpp.endings import NO_GOODBYE
from apps.ocpp.framing import Answer, Call, parse
from apps.ocpp.handshake import Caller, RefusedUpgradeError, check_caller, read_caller
from apps.ocpp.versions import Version, choose
from apps.ocpp.work import Deciding, Telling
from apps.stations.operations import open_connection, record_security_event
from apps.stations.queries import list_queued_commands
from apps.tenants.bridge import in_tenant
from apps.tenants.collector import Part, RowRefusedError
from apps.tenants.queries import StationAddress

log = logging.getLogger(__name__)
MOST_QUEUED = 16
STILL_ALIVE_S = 3.0
_RETRIES = 3
_AGAIN = (postgres.DeadlockDetected, postgres.SerializationFailure)


class BrokenError(Exception):
    """The database did not take what the station said: close, so that it keeps its queue."""


class StationConsumer(AsyncConsumer):
    """The life of one socket, from the upgrade request to the end."""

    channel_layer_alias = ""  # never asked for: a dead Redis must not take a station with it
    scope: Any
    receive: Any
    send: Any

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Refuse the upgrade, or serve the station until one side closes."""
        self.scope, self.receive, self.send = scope, receive, send
        self.door: Door = door()
        await receive()  # websocket.connect
        try:
            caller, address = await self._identify()
        except RefusedUpgradeError as refusal:
            await self._refuse(refusal)
            return
        version = choose(caller.subprotocols)
        if version is None:
            await send({"type": "websocket.accept"})
            await send({"type": "websocket.close", "code": 1002})
            return
        await self._serve(caller, address, version)

    # ---- before the upgrade --------------------------------------------------------------------
    async def _identify(self) -> tuple[Caller, StationAddress]:
        caller = read_caller(self.scope)
        if self.door.is_draining:
            raise RefusedUpgradeError(503, retry_after_s=5)
        try:
            address = await self.door.find(caller.key)
        except ConnectionError as error:
            raise RefusedUpgradeError(503, retry_after_s=5) from error
        try:
            check_caller(caller, address)
        except RefusedUpgradeError as refusal:
            if refusal.status == 401 and caller.password is not None:
                await self._note_wrong_key(caller, address)
            raise
        if address is None:
            raise RefusedUpgradeError(404)
        return caller, address

    async def _note_wrong_key(self, caller: Caller, address: StationAddress | None) -> None:
        wait_s = self.door.wrong_keys.note(f"id {caller.key}", f"at {caller.address}")
        if wait_s:
            raise RefusedUpgradeError(429, retry_after_s=wait_s)
        if address is not None:
            with contextlib.suppress(DatabaseError):  # the refusal stands in any case
                await in_tenant(
                    address.schema,
                    record_security_event,
                    station_id=None,
                    kind="wrong_key",
                    detail={"identity": address.identity, "from": caller.address},
                    now=clock.now(),
                )

    async def _refuse(self, refusal: RefusedUpgradeError) -> None:
        start = {"status": refusal.status, "headers": refusal.headers}
        await self.send({"type": "websocket.http.response.start", **start})
        await self.send({"type": "websocket.http.response.body", "body": b""})

    # ---- a station's socket ----------------------------------------------------------------------
    async def _serve(self, caller: Caller, address: StationAddress, version: Version) -> None:
        self.remote = caller.address
        try:
            opened = await in_tenant(
                address.schema,
                open_connection,
                identity_key=caller.key,
                protocol=version.subprotocol,
                remote=caller.address,
                uid=uuid.uuid4(),
                now=clock.now(),
            )
        except NotFound:
            await self._refuse(RefusedUpgradeError(404))
            return
        except DatabaseError:
            await self._refuse(RefusedUpgradeError(503, retry_after_s=5))
            return
        self.talk = Conversation(schema=address.schema, opened=opened, version=version)
        self.epoch = opened.epoch
        self.heard_at = clock.now()
        self.busy = asyncio.Lock()  # from hashing to commit: one writer of the chain
        self.ended = asyncio.Event()
        self.is_closing = False
        self.closed_by_us, self.closed_with = 0, NO_GOODBYE
        self.outbox = Outbox(self)
        try:
            await self.send({"type": "websocket.accept", "subprotocol": version.subprotocol})
            self.door.enter((address.schema, opened.station_id), self, remote=caller.address)
            await self._look_for_commands()
            await self._listen()
        except BrokenError:
            await self.close(1011)
        finally:
            await asyncio.shield(self._leave())

    async def _listen(self) -> None:
        receive = self.receive
        backlog = self.scope.get("laadboek.backlog", int)  # int(): nothing waits
        while True:
            event = await receive()
            if event["type"] == "websocket.disconnect":
                self.closed_with = event.get("code") or NO_GOODBYE
                return
            if self.is_closing:
                continue
            self.heard_at = clock.now()
            text = event.get("text")
            raw = text.encode() if text is not None else event.get("bytes") or b""
            await self._on_frame(raw, self.heard_at)
            if backlog() > MOST_QUEUED:
                await self.close(1008)

    async def _on_frame(self, raw: bytes, now: dt.datetime) -> None:
        frame = parse(raw)
        if isinstance(frame, Call):
            async with self.busy:
                reply = await self._answer(raw, frame, now)
        elif isinstance(frame, Answer):
            await self.outbox.on_answer(raw, frame, now)
            return
        else:
            async with self.busy:
                reply, parts = self.talk.note_rubbish(raw, frame, now)
                await self.store(parts)
        if reply:
            await self.send({"type": "websocket.send", "text": reply.decode()})

    async def _answer(self, raw: bytes, call: Call, now: dt.datetime) -> bytes:
        handled = self.talk.look_at(raw, call, now)
        if isinstance(handled.work, Deciding):
            return await self._decide(handled)
        reply, parts = self.talk.tell(handled)
        try:
            await self.store(parts)
        except RowRefusedError as error:
            return await self._quarantine(handled, error)
        work = handled.work
        if isinstance(work, Telling) and work.has_news:
            self.door.news(self.talk.facts.schema, self.talk.facts.station_id)
        return reply

    async def _decide(self, handled: Handled) -> bytes:
        for attempt in range(_RETRIES):
            try:
                reply = await in_tenant(self.talk.facts.schema, self.talk.decide, handled)
            except (OperationalError, InterfaceError) as error:
                if not isinstance(error.__cause__, _AGAIN) or attempt == _RETRIES - 1:
                    raise BrokenError from error
            except Exception as error:  # noqa: BLE001 - a station is always answered
                return await self._quarantine(handled, error)
            else:
                self.talk.journal.commit()
                return reply
        raise BrokenError

    async def _quarantine(self, handled: Handled, error: Exception) -> bytes:
        self.talk.quarantine(handled, error)
        try:
            reply = await in_tenant(self.talk.facts.schema, self.talk.note_quarantine, handled)
        except Exception as again:
            log_without_values("quarantine", handled.call.action, again)
            raise BrokenError from again
        self.talk.journal.commit()
        return reply

    async def store(self, parts: list[Part]) -> None:
        """Store rows by the collector; the caller holds `busy`.

        :raises BrokenError: the database cannot be reached.
        :raises RowRefusedError: it refused these rows.
        """
        try:
            await self.door.collector.submit_all(self.talk.facts.schema, parts)
        except ConnectionError as error:
            raise BrokenError from error
        self.talk.journal.commit()

    # ---- commands, takeover, the end -----------------------------------------------------------
    async def _look_for_commands(self) -> None:
        facts = self.talk.facts
        with contextlib.suppress(DatabaseError):
            queued = await in_tenant(
                facts.schema,
                list_queued_commands,
                station_ids=[facts.station_id],
                now=clock.now(),
            )
            for _, command_id in queued:
                self.order(command_id)

    def order(self, command_id: int) -> None:
        """Send a command when its turn comes."""
        self.outbox.put(command_id)

    def supersede(self, remote: str) -> None:
        """Close: a newer socket of this station was accepted."""
        self.door.spawn(self._give_way(remote))

    async def _give_way(self, remote: str) -> None:
        is_elsewhere = remote not in {"", self.remote}
        is_alive = is_elsewhere and await self._still_answers()
        async with self.busy:
            await self.close(1000)
        if is_alive:
            facts = self.talk.facts
            with contextlib.suppress(DatabaseError):
                await in_tenant(
                    facts.schema,
                    record_security_event,
                    station_id=facts.station_id,
                    kind="second_socket",
                    detail={"older": self.remote, "newer": remote},
                    now=clock.now(),
                )

    async def _still_answers(self) -> bool:
        """Ping the peer: only a living one answers within three seconds."""
        ping = self.scope.get("laadboek.ping")
        if ping is None:
            return False
        before = self.last_heard()
        ping()
        for _ in range(30):
            await asyncio.sleep(STILL_ALIVE_S / 30)
            if self.last_heard() != before:
                return True
        return False

    def last_heard(self) -> Any:
        """Return a mark that changes with whatever the peer sends, pongs included."""
        return self.scope.get("laadboek.heard", lambda: self.heard_at)()

    async def close(self, code: int) -> None:
        """Close from our side, once."""
        if not self.is_closing:
            self.is_closing = True
            self.closed_by_us = code
            with contextlib.suppress(Exception):  # the peer may be gone already
                await self.send({"type": "websocket.close", "code": code})

    async def drain(self) -> None:
        """Finish the message in hand, close as a server that restarts, wait for the end."""
        async with self.busy:
            await self.close(1012)
        await self.ended.wait()

    async def _leave(self) -> None:
        self.is_closing = True
        facts = self.talk.facts
        self.door.leave((facts.schema, facts.station_id), self)
        self.outbox.stop()
        row = self.talk.closed(
            clock.microseconds(clock.now()),
            code=self.closed_by_us or self.closed_with,
            is_ours=self.closed_by_us > 0,
        )
        try:
            await self.door.collector.submit_all(facts.schema, [("stations.closed", row)])
            self.door.news(facts.schema, facts.station_id)
        except (ConnectionError, RowRefusedError):
            log.warning("a disconnect could not be stored; the sweeper will see it")
        self.ended.set()
