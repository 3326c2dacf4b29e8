"""Run web and stations with our daphne."""

from typing import Any

from django.conf import settings
from django.core.management.base import CommandParser
from django.utils.module_loading import import_string

from apps.core.commands import DoorCommand, port_number


class Command(DoorCommand):
    """Serve pages and stations on one port."""

    help = "Serve web pages and stations on one port, until SIGTERM or Ctrl+C."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--port", type=port_number, default=8000)
        parser.add_argument("--host", default="127.0.0.1", help="address to listen on")

    def handle(self, *args: Any, **options: Any) -> None:
        from apps.ocpp.server import make_server  # before anything else of twisted

        make_server(
            import_string(settings.ASGI_APPLICATION),
            host=options["host"],
            port=options["port"],
            ping_interval=settings.STATION_PING_SECONDS,
            ping_timeout=settings.STATION_PONG_SECONDS,
        ).run()
