"""What the station sockets of one process share: the collector, who is connected, the wake-ups."""

import asyncio
import contextlib
import logging
from collections import defaultdict
from collections.abc import Coroutine
from typing import Any, Protocol

import psycopg
from django.conf import settings

from apps.core import binding, clock, events
from apps.ocpp import memory
from apps.ocpp.limits import WrongKeys
from apps.ocpp.wakeups import listen
from apps.stations.operations.commands import WAKE_UPS
from apps.stations.operations.presence import SOCKETS
from apps.stations.queries import list_queued_commands
from apps.tenants.bridge import in_tenant
from apps.tenants.collector import Collector, Part, Writes
from apps.tenants.queries import StationAddress, find_stations

log = logging.getLogger(__name__)
SEEN_EVERY_S = 30.0
NEWS_EVERY_S = 0.25
Place = tuple[str, int]  # schema, station


class Socket(Protocol):
    """What the door needs of a station's socket."""

    epoch: int

    def order(self, command_id: int) -> None:
        """Send a command when its turn comes."""

    def supersede(self, remote: str) -> None:
        """Close: a newer socket of this station was accepted."""

    async def drain(self) -> None:
        """Finish the message in hand, then close."""


class Door:
    """The shared half of the door; made once per process, on its running loop."""

    def __init__(self, collector: Writes | None = None) -> None:
        self.collector: Writes = collector or Collector(
            conninfo(), synchronous_commit=settings.SYNCHRONOUS_COMMIT
        )
        self.sockets: dict[Place, Socket] = {}
        self.wrong_keys = WrongKeys()
        self.is_draining = False
        self._news: set[Place] = set()
        self._asking: dict[str, asyncio.Future[StationAddress | None]] = {}
        self._tasks: set[asyncio.Task[Any]] = set()

    def start(self) -> None:
        """Start what runs beside the sockets."""
        events.deliver_in_background()
        if isinstance(self.collector, Collector):
            self.collector.start()
        self.spawn(self._keep_seen())
        self.spawn(self._tell_news())
        self.spawn(
            listen(
                conninfo(),
                {SOCKETS: self.on_newer_socket, WAKE_UPS: self.on_command},
                self.catch_up,
            )
        )

    def spawn(self, work: Coroutine[Any, Any, Any]) -> None:
        """Run something beside; it is kept until it ends."""
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def stop(self) -> None:
        """Store what is queued, end the rest."""
        if isinstance(self.collector, Collector):
            await self.collector.stop()
        for task in list(self._tasks):
            task.cancel()

    # ---- look-ups of a reconnecting fleet go together ----------------------------------------
    async def find(self, key: str) -> StationAddress | None:
        """Look an identity up; everybody who waits at this moment shares one query."""
        waiting = self._asking.get(key)
        if waiting is None:
            if not self._asking:
                self.spawn(self._look_up())
            waiting = self._asking[key] = asyncio.get_running_loop().create_future()
        return await asyncio.shield(waiting)

    async def _look_up(self) -> None:
        await asyncio.sleep(0)
        asked, self._asking = self._asking, {}
        try:
            found = await in_tenant(binding.PUBLIC, find_stations, keys=list(asked))
        except Exception as error:  # noqa: BLE001 - whoever waits must hear of it
            for future in asked.values():
                future.set_exception(ConnectionError(type(error).__name__))
                future.exception()  # nobody may be waiting any more
            return
        for key, future in asked.items():
            future.set_result(found.get(key))

    # ---- presence ----------------------------------------------------------------------------
    def enter(self, place: Place, socket: Socket, *, remote: str) -> None:
        """Make a socket the one of its station; an older one is closed."""
        before = self.sockets.get(place)
        if before is not None and before.epoch > socket.epoch:
            socket.supersede(remote)
            return
        self.sockets[place] = socket
        if before is not None:
            before.supersede(remote)

    def leave(self, place: Place, socket: Socket) -> None:
        """Forget a socket, unless a newer one took its place."""
        if self.sockets.get(place) is socket:
            del self.sockets[place]

    async def _keep_seen(self) -> None:
        while True:
            await asyncio.sleep(SEEN_EVERY_S)
            await self.note_open_sockets()

    async def note_open_sockets(self) -> None:
        """Store that these stations are there, silent or not: pings close what is dead."""
        now = clock.microseconds(clock.now())
        rows: dict[str, list[Part]] = defaultdict(list)
        for (schema, station), socket in self.sockets.items():
            rows[schema].append(("stations.seen", (station, socket.epoch, now)))
        for schema, parts in rows.items():
            with contextlib.suppress(Exception):
                await self.collector.submit_all(schema, parts)

    # ---- live pages: coalesced, beside the path, dropped under pressure ------------------------
    def news(self, schema: str, station_id: int) -> None:
        """Say that something about a station has changed and is committed."""
        self._news.add((schema, station_id))

    async def _tell_news(self) -> None:
        while True:
            await asyncio.sleep(NEWS_EVERY_S)
            news, self._news = self._news, set()
            for schema, station_id in news:
                events.hint("stations.changed", schema=schema, station_id=station_id)

    # ---- wake-ups from other processes -------------------------------------------------------
    def on_newer_socket(self, schema: str, station_id: int, epoch: int) -> None:
        """Close our socket of a station that connected elsewhere."""
        socket = self.sockets.get((schema, station_id))
        if socket is not None and socket.epoch < epoch:
            socket.supersede("")

    def on_command(self, schema: str, station_id: int, command_id: int) -> None:
        """Hand a command to the socket, if it is ours."""
        socket = self.sockets.get((schema, station_id))
        if socket is not None:
            socket.order(command_id)

    async def catch_up(self) -> None:
        """Look for commands whose wake-up was missed while the database was away."""
        schemas: dict[str, list[int]] = defaultdict(list)
        for schema, station in self.sockets:
            schemas[schema].append(station)
        for schema, stations in schemas.items():
            queued = await in_tenant(
                schema, list_queued_commands, station_ids=stations, now=clock.now()
            )
            for station_id, command_id in queued:
                self.on_command(schema, station_id, command_id)


def conninfo() -> str:
    """Return where the database of this process is, for connections outside Django's pool."""
    entry = settings.DATABASES["default"]
    return psycopg.conninfo.make_conninfo(
        host=entry["HOST"],
        port=entry["PORT"] or None,
        user=entry["USER"],
        password=entry["PASSWORD"] or None,
        dbname=entry["NAME"],
    )


_door: Door | None = None


def open_door(writes: Writes | None = None) -> Door:
    """Start this process's door inside the loop; the bench brings other writes than a collector."""
    global _door  # noqa: PLW0603 - one per process
    _door = Door(writes)
    _door.start()
    memory.settle()
    return _door


def door() -> Door:
    """Return this process's door, started on first use inside the loop."""
    return _door or open_door()


def is_open() -> bool:
    """Whether this process has a door already."""
    return _door is not None
