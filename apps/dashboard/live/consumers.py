"""Browser sockets: changed parts of an open page, at most four times a second."""

import asyncio
import contextlib
import json
from abc import ABC, abstractmethod
from time import monotonic
from typing import Any
from urllib.parse import parse_qs

from channels.generic.websocket import AsyncWebsocketConsumer
from django.conf import settings
from redis.exceptions import RedisError

from apps.dashboard.live.publisher import PATIENCE_S, group_of
from apps.dashboard.live.rendering import newest_message, render_rows, render_station
from apps.dashboard.live.viewers import Viewer, find_viewer, session_key
from apps.dashboard.numbers import whole
from apps.tenants.bridge import in_tenant

LEAST_BETWEEN_S = 0.25
PULSE_EVERY_S = 2.0
STALE_AFTER_S = 5.0
RIGHTS_EVERY_S = 45.0
MOST_WATCHED = 200
GONE = 4403  # the page reloads and says the rest
_UNREACHABLE = (RedisError, OSError, TimeoutError)


class LiveConsumer(AsyncWebsocketConsumer, ABC):
    """One viewer of one page. The database is the truth; hints only say when to look.

    A beat travels through Redis to ourselves: while it does not come back the page is told that
    it is not live, and when it does, everything is sent again.
    """

    async def connect(self) -> None:
        """Let in who may see the page."""
        scope: dict[str, Any] = dict(self.scope)
        self.schema = str(scope["tenant_schema"])
        self.key = session_key(scope["headers"])
        query = parse_qs(scope["query_string"].decode("latin1"))
        wanted = query.get("lang", [""])[0]
        self.language = wanted if wanted in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE
        self.query = query
        self.changed: set[int] = set()
        self.news = asyncio.Event()
        self.heard_at = monotonic()
        self.is_live = self.is_joined = False
        viewer = await in_tenant(self.schema, find_viewer, key=self.key)
        if viewer is None or not self.begin(viewer):
            await self.close(code=GONE)
            return
        self.viewer = viewer
        await self.accept()
        self.work = [asyncio.create_task(self._beat()), asyncio.create_task(self._push())]

    @abstractmethod
    def begin(self, viewer: Viewer) -> bool:
        """Read from the address what this page watches; whether the viewer may."""

    @abstractmethod
    async def render(self, stations: set[int]) -> bool:
        """Send what changed of some stations; whether the viewer may still look."""

    @abstractmethod
    def watched(self) -> set[int]:
        """Return the stations of this page."""

    async def disconnect(self, code: int) -> None:
        """Stop looking."""
        for task in getattr(self, "work", []):
            task.cancel()
        with contextlib.suppress(*_UNREACHABLE):
            group = group_of(self.schema)
            await asyncio.wait_for(
                self.channel_layer.group_discard(group, self.channel_name), PATIENCE_S
            )

    # ---- hints -------------------------------------------------------------------------------
    async def live_changed(self, event: dict[str, Any]) -> None:
        """Note which of our stations changed."""
        found = self.watched() & set(event["stations"])
        if found:
            self.changed |= found
            self.news.set()

    async def live_beat(self, event: dict[str, Any]) -> None:
        """Note that hints arrive."""
        self.heard_at = monotonic()
        if not self.is_live:
            self.is_live = True
            self.changed |= self.watched()
            self.news.set()
            await self.tell({"live": True})

    async def _beat(self) -> None:
        while True:
            with contextlib.suppress(*_UNREACHABLE):
                if not self.is_joined:
                    group = group_of(self.schema)
                    await asyncio.wait_for(
                        self.channel_layer.group_add(group, self.channel_name), PATIENCE_S
                    )
                    self.is_joined = True
                message = {"type": "live.beat"}
                await asyncio.wait_for(
                    self.channel_layer.send(self.channel_name, message), PATIENCE_S
                )
            if self.is_live and monotonic() - self.heard_at > STALE_AFTER_S:
                self.is_live = False
                await self.tell({"live": False})
            await asyncio.sleep(PULSE_EVERY_S)

    # ---- pushes ------------------------------------------------------------------------------
    async def _push(self) -> None:
        while True:
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self.news.wait(), RIGHTS_EVERY_S)
            self.news.clear()
            stations, self.changed = self.changed, set()
            if not await self._may_still_look() or (stations and not await self.render(stations)):
                await self.close(code=GONE)
                return
            await asyncio.sleep(LEAST_BETWEEN_S)

    async def _may_still_look(self) -> bool:
        """Read the viewer's rights again: before every push, and now and then on a still page."""
        viewer = await in_tenant(self.schema, find_viewer, key=self.key)
        if viewer is None:
            return False
        self.viewer = viewer
        return True

    async def tell(self, message: dict[str, Any]) -> None:
        """Send one message; `content` is markup, the rest is for the page's script."""
        await self.send(text_data=json.dumps(message))


class FleetConsumer(LiveConsumer):
    """Rows of the fleet that a page shows."""

    def begin(self, viewer: Viewer) -> bool:
        """Watch the stations that the address names."""
        names = self.query.get("stations", [""])[0].split(".")[:MOST_WATCHED]
        self.stations = {pk for name in names if (pk := whole(name)) is not None}
        return bool(viewer.access.areas & {"installers", "owners"})

    def watched(self) -> set[int]:
        """Return the rows of the page."""
        return self.stations

    async def render(self, stations: set[int]) -> bool:
        """Send the rows that changed."""
        html = await in_tenant(
            self.schema,
            render_rows,
            access=self.viewer.access,
            stations=sorted(stations),
            language=self.language,
        )
        if html:
            await self.tell({"content": html})
        return True


class StationPageConsumer(LiveConsumer):
    """The parts of one station's page."""

    newest = 0

    def begin(self, viewer: Viewer) -> bool:
        """Watch the station that the address names."""
        self.station_id = int(self.scope["url_route"]["kwargs"]["station_id"])
        self.newest = whole(self.query.get("after", [""])[0]) or 0
        return bool(viewer.access.areas & {"installers", "owners"})

    def watched(self) -> set[int]:
        """Return this station."""
        return {self.station_id}

    async def render(self, stations: set[int]) -> bool:
        """Send the parts that change, and the messages that are new."""
        if not self.newest:
            self.newest = await in_tenant(self.schema, newest_message, station_id=self.station_id)
        push = await in_tenant(
            self.schema,
            render_station,
            access=self.viewer.access,
            station_id=self.station_id,
            after=self.newest,
            language=self.language,
        )
        if push is None:
            return False
        self.newest = push.newest or self.newest
        await self.tell({"content": push.html, "measured": True})
        if push.log:
            await self.tell({"content": push.log, "log": push.log_count})
        return True
