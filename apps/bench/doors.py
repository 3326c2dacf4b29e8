"""The door with other writes: `python -m apps.bench.doors node|daphne silent|orm PORT`."""

import sys
from typing import Any

import django

django.setup()

from django.conf import settings  # noqa: E402
from django.utils.module_loading import import_string  # noqa: E402

from apps.bench.operations import ByOrm, Silent  # noqa: E402
from apps.core import binding  # noqa: E402
from apps.ocpp import door as doors  # noqa: E402
from apps.tenants.collector import Writes  # noqa: E402


def writes(name: str) -> Writes:
    """Return what was asked for."""
    return ByOrm() if name == "orm" else Silent(doors.conninfo())


def application_with(name: str) -> Any:
    """Return the product's application; its door opens with these writes."""
    product = import_string(settings.ASGI_APPLICATION)

    async def application(scope: Any, receive: Any, send: Any) -> None:
        if not doors.is_open():
            doors.open_door(writes(name))
        await product(scope, receive, send)

    return application


def run(server: str, name: str, port: int) -> None:
    """Serve until the process is ended."""
    ping, pong = settings.STATION_PING_SECONDS, settings.STATION_PONG_SECONDS
    if server == "daphne":
        from apps.ocpp.server import make_server  # noqa: PLC0415 - before anything else of twisted

        options = {"ping_interval": ping, "ping_timeout": pong}
        make_server(application_with(name), host="127.0.0.1", port=port, **options).run()
    else:
        from apps.ocpp.node import make_node  # noqa: PLC0415

        node = make_node(
            application_with(name), host="127.0.0.1", port=port, ping_s=ping, pong_s=pong
        )
        node.run()


if __name__ == "__main__":
    with binding.bound(None):
        run(sys.argv[1], sys.argv[2], int(sys.argv[3]))
