"""Hints for open pages: which stations of which tenant changed. They never hold anything up.

A listener may be called on an event loop, on a worker thread or in Celery. It notes the station
and returns; a thread of its own, with a loop of its own, tells the others through Redis. While
Redis is away hints are lost, and nothing else: pages say that they are not live.
"""

import asyncio
import atexit
import logging
import os
import threading
import time
from typing import Any

from channels.layers import get_channel_layer
from redis.exceptions import RedisError

log = logging.getLogger(__name__)
EVERY_S = 0.1
PATIENCE_S = 2.0
_MOST_NOTED = 10_000
_UNREACHABLE = (RedisError, OSError, TimeoutError)


def group_of(schema: str) -> str:
    """Return the name of the group that a tenant's viewers are in."""
    return f"live.{schema}"


class Publisher:
    """Collects changed stations and tells them in batches."""

    def __init__(self) -> None:
        self._noted: set[tuple[str, int]] = set()
        self._lock = threading.Lock()
        self._wake = threading.Event()
        self._is_idle = threading.Event()
        self._pid = 0

    def note(self, *, schema: str, station_id: int, **_ids: Any) -> None:
        """Remember that a station changed; returns at once."""
        with self._lock:
            if len(self._noted) < _MOST_NOTED:
                self._noted.add((schema, station_id))
            if self._pid != os.getpid():  # first hint, or the first after a fork
                self._pid = os.getpid()
                self._wake = threading.Event()
                atexit.register(self._finish)
                threading.Thread(target=self._run, name="live-hints", daemon=True).start()
        self._wake.set()

    def _take(self) -> dict[str, list[int]]:
        with self._lock:
            noted, self._noted = self._noted, set()
        found: dict[str, list[int]] = {}
        for schema, station_id in sorted(noted):
            found.setdefault(schema, []).append(station_id)
        return found

    def _run(self) -> None:
        loop = asyncio.new_event_loop()
        is_reachable = True
        while True:
            self._wake.wait()
            time.sleep(EVERY_S)
            self._wake.clear()
            try:
                loop.run_until_complete(self._tell(self._take()))
            except _UNREACHABLE as error:
                if is_reachable:
                    log.warning("live hints are not delivered: %s", error)
                is_reachable = False
            else:
                is_reachable = True
            self._is_idle.set()

    def _finish(self) -> None:
        """Tell what was noted just before the process ends, within a second."""
        if self._pid == os.getpid() and self._noted:
            self._is_idle.clear()
            self._wake.set()
            self._is_idle.wait(1)

    async def _tell(self, changed: dict[str, list[int]]) -> None:
        layer: Any = get_channel_layer()
        for schema, stations in changed.items():
            message = {"type": "live.changed", "stations": stations}
            await asyncio.wait_for(layer.group_send(group_of(schema), message), PATIENCE_S)


publisher = Publisher()
EVENTS = ("stations.changed", "sessions.changed", "commands.changed")
