"""Websocket addresses: `/live/…` is for browsers, all else is for stations."""

from typing import Any

from channels.routing import URLRouter
from django.urls import re_path

from apps.dashboard.live.routing import live_urlpatterns
from apps.ocpp.consumers import StationConsumer

_stations: Any = StationConsumer.as_asgi()  # typed for views, but Channels routes to any ASGI
station_urlpatterns: list[Any] = [re_path(r"^(?!live/)", _stations)]


async def unknown(scope: Any, receive: Any, send: Any) -> None:
    """Refuse a websocket that nobody serves."""
    await receive()
    await send({"type": "websocket.http.response.start", "status": 404, "headers": []})
    await send({"type": "websocket.http.response.body", "body": b""})


_unknown: Any = unknown
_all: list[Any] = [*live_urlpatterns, *station_urlpatterns, re_path(r"", _unknown)]
websocket = URLRouter(_all)
