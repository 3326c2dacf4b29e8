"""What a run stands on: a PostgreSQL that keeps what it commits, a Redis, tenants, contenders."""

import contextlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg

from apps.bench.machine import pin
from apps.core.embedded import Postgres, Valkey, free_port, spawn, wait_for_port
from apps.core.roles import OWNER, RUNTIME, ensure_database, ensure_roles

DATABASE = "laadboek"
# each is a Python program that takes a port as its last argument
CONTENDERS = {
    "library without database": ["-m", "apps.bench.library"],
    "node": ["manage.py", "serve_stations", "--port"],
    "daphne": ["manage.py", "serve", "--port"],
    "node without database": ["-m", "apps.bench.doors", "node", "silent"],
    "daphne without database": ["-m", "apps.bench.doors", "daphne", "silent"],
    "naive ORM": ["-m", "apps.bench.doors", "node", "orm"],
}
SERVER_CORE, OTHER_CORE = 0, 1


class Grounds:
    """Servers below a folder; every contender keeps running, and is loaded in turn."""

    def __init__(self, home: Path, root: Path) -> None:
        self.home, self.root = home, root
        self.postgres, self.redis = Postgres(home), Valkey(home)
        self.running: dict[str, tuple[subprocess.Popen[bytes], int]] = {}

    @property
    def env(self) -> dict[str, str]:
        """The environment of every process of the run."""
        return {
            **os.environ,
            "DATABASE_URL": self.postgres.url(RUNTIME, DATABASE),
            "MIGRATION_DATABASE_URL": self.postgres.url(OWNER, DATABASE),
            "REDIS_URL": self.redis.url,
            "WEB_PORT": "8000",
        }

    @property
    def owner_dsn(self) -> str:
        """The DSN of the owner of the schemas."""
        return psycopg.conninfo.make_conninfo(
            host="127.0.0.1", port=self.postgres.port, user=OWNER, dbname=DATABASE
        )

    @property
    def stations(self) -> Path:
        """The keys of the stations, as the generator reads them."""
        return self.home / "stations.json"

    def build(self, tenants: int, stations: int) -> None:
        """Start the servers; make tenants and stations."""
        self.postgres.prepare()
        self.postgres.start()
        self.redis.start()
        ensure_roles(self.postgres.admin_dsn)
        ensure_database(self.postgres.admin_dsn, DATABASE)
        made = self.ask("-m", "apps.bench.estate", str(tenants), str(stations))
        self.stations.write_text(json.dumps(made), encoding="utf-8")
        assert self.postgres.process is not None  # noqa: S101 - it was started above
        pin(self.postgres.process.pid, OTHER_CORE)

    def ask(self, *args: str) -> Any:
        """Run one of our programs on the other core; returns the JSON it printed.

        :raises RuntimeError: it failed; the text is what it said.
        """
        argv = [sys.executable, *args]
        with subprocess.Popen(  # noqa: S603 - our own programs
            argv, cwd=self.root, env=self.env, stdout=subprocess.PIPE, stderr=subprocess.PIPE
        ) as process:
            pin(process.pid, OTHER_CORE)
            told, complaint = process.communicate()
        if process.returncode != 0:
            raise RuntimeError(complaint.decode(errors="replace")[-2000:])
        return json.loads(told.splitlines()[-1])

    def start(self, name: str) -> None:
        """Start a contender on a port of its own."""
        port = free_port()
        argv = [sys.executable, *CONTENDERS[name], str(port)]
        log = self.home / f"{name}.log"
        process = spawn(argv, log=log, cwd=self.root, env=self.env)
        pin(process.pid, SERVER_CORE)
        self.running[name] = process, port
        wait_for_port(port, seconds=60)

    def load(self, name: str, *, seconds: float, rate: float = 0) -> dict[str, Any]:
        """Load a contender; returns what the generator counted."""
        process, port = self.running[name]
        assert self.postgres.process is not None  # noqa: S101 - it was started
        told: dict[str, Any] = self.ask(
            *("-m", "apps.bench.load", "--stations", str(self.stations)),
            *("--port", str(port), "--seconds", str(seconds), "--rate", str(rate)),
            *("--pid", str(process.pid), "--pid", str(self.postgres.process.pid)),
        )
        return told

    def end(self) -> None:
        """Stop everything."""
        for process, _ in self.running.values():
            process.terminate()
        for process, _ in self.running.values():
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(15)
            process.kill()
        self.redis.stop()
        self.postgres.stop()


@contextlib.contextmanager
def grounds(root: Path) -> Iterator[Grounds]:
    """Make grounds in a folder that goes away with the block."""
    home = Path(tempfile.mkdtemp(prefix="laadboek-bench-"))
    home.chmod(0o755)  # PostgreSQL runs as somebody else
    made = Grounds(home, root)
    try:
        yield made
    finally:
        made.end()
        shutil.rmtree(home, ignore_errors=True)
