"""The product as processes: real servers on a database of their own."""

import base64
import contextlib
import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import websockets

from apps.core.embedded import die_with_parent, free_port
from tests.commands import Product, product
from tests.services import ROOT


@dataclass
class Live(Product):
    """A product whose servers run; `server` is `serve` (daphne) or `serve_stations` (uvicorn)."""

    server: str = "serve"
    port: int = 0
    settings: dict[str, str] = field(default_factory=dict)
    process: subprocess.Popen[bytes] | None = None
    log: Path = Path(os.devnull)
    keys: dict[str, str] = field(default_factory=dict)

    @property
    def env(self) -> dict[str, str]:
        return {**super().env, "WEB_PORT": str(self.port), **self.settings}

    def start(self, *, seconds: float = 40) -> None:
        """Start the server on the same port as before, and wait for any HTTP answer."""
        self.port = self.port or free_port()
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, "manage.py", self.server, "--port", str(self.port)],
                cwd=ROOT,
                env=self.env,
                stdout=log,
                stderr=log,
                preexec_fn=die_with_parent(signal.SIGKILL),  # noqa: PLW1509
            )
        end = time.monotonic() + seconds
        while not self.answers():
            assert self.process.poll() is None, self.log.read_text()
            assert time.monotonic() < end, "the server never answered"
            time.sleep(0.05)

    def answers(self) -> bool:
        """Whether anything speaks HTTP on the port."""
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{self.port}/", timeout=2).close()
        except urllib.error.HTTPError as error:
            error.close()
        except OSError:
            return False
        return True

    def kill(self, number: int = signal.SIGKILL, *, seconds: float = 20) -> None:
        """Send a signal and wait for the end."""
        assert self.process is not None
        self.process.send_signal(number)
        self.process.wait(seconds)

    def stop(self) -> None:
        """Stop the server, orderly when it can."""
        if self.process is not None and self.process.poll() is None:
            try:
                self.kill(signal.SIGTERM)
            except subprocess.TimeoutExpired:
                self.kill()

    def add_stations(
        self, identity: str, *, count: int | None = None, tenant: str = "alfa"
    ) -> None:
        """Create stations; their keys stand in `keys`."""
        number = [] if count is None else ["--count", str(count)]
        made = self.json("create_station", "--tenant", tenant, "--identity", identity, *number)
        self.keys.update({row["identity"]: row["key"] for row in made})

    def connect_station(self, identity: str, **options: Any) -> Any:
        """Open a station's websocket: `async with live.connect_station("P1") as socket`."""
        key = options.pop("key", self.keys.get(identity, ""))
        headers = options.pop("headers", {"Authorization": basic(identity, key)})
        return websockets.connect(
            options.pop("url", f"ws://127.0.0.1:{self.port}/ocpp/{identity}"),
            subprotocols=options.pop("subprotocols", [websockets.Subprotocol("ocpp1.6")]),
            additional_headers=headers,
            proxy=None,
            open_timeout=10,
            **options,
        )


def basic(identity: str, key: str | bytes) -> str:
    """Write an Authorization header."""
    secret = key.encode() if isinstance(key, str) else key
    return "Basic " + base64.b64encode(identity.encode() + b":" + secret).decode()


@contextlib.contextmanager
def live_product(
    name: str, folder: Path, *, server: str = "serve", **settings: str
) -> Iterator[Live]:
    """Clone the template and run a server on it for the block; call `start()` when ready."""
    with product(name) as made:
        live = Live(made.name, server=server, settings=settings, log=folder / "server.log")
        try:
            yield live
        finally:
            live.stop()
