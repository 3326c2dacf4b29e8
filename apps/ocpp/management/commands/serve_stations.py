"""Run a station node with our uvicorn."""

from typing import Any

from django.conf import settings
from django.core.management.base import CommandParser
from django.utils.module_loading import import_string

from apps.core.commands import DoorCommand, port_number


class Command(DoorCommand):
    """Serve stations; the same application as `serve`, on a faster server."""

    help = "Serve stations on a port of their own (a station node), until SIGTERM or Ctrl+C."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--port", type=port_number, default=8001)
        parser.add_argument("--host", default="127.0.0.1", help="address to listen on")

    def handle(self, *args: Any, **options: Any) -> None:
        from apps.ocpp.node import make_node

        make_node(
            import_string(settings.ASGI_APPLICATION),
            host=options["host"],
            port=options["port"],
            ping_s=settings.STATION_PING_SECONDS,
            pong_s=settings.STATION_PONG_SECONDS,
        ).run()
