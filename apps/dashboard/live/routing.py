"""Addresses of the browser sockets; only a page of the same host may open one."""

from typing import Any

from django.urls import path

from apps.dashboard.live.consumers import FleetConsumer, StationPageConsumer
from apps.tenants.asgi import TenantASGI


class SameOrigin:
    """Refuses a socket that was opened by a page of another host, of this site or not."""

    def __init__(self, application: Any) -> None:
        self.application = application

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Compare the Origin with the Host, whatever the tenant."""
        headers = dict(scope["headers"])
        origin = headers.get(b"origin", b"").decode("latin1")
        host = headers.get(b"host", b"").decode("latin1")
        if origin.partition("://")[2].lower() == host.lower() and host:
            await self.application(scope, receive, send)
            return
        await receive()
        await send({"type": "websocket.close", "code": 4403})


# Typed for views, but Channels routes to any ASGI application.
_fleet: Any = SameOrigin(TenantASGI(FleetConsumer.as_asgi()))
_station: Any = SameOrigin(TenantASGI(StationPageConsumer.as_asgi()))
live_urlpatterns: list[Any] = [
    path("live/fleet/", _fleet),
    path("live/station/<int:station_id>/", _station),
]
