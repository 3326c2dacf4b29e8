"""A PostgreSQL that survives crashes, a Redis, and the product on them: all of it may be killed."""

import contextlib
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import psycopg

from apps.core.embedded import Postgres, Valkey
from apps.core.roles import OWNER, RUNTIME, ensure_database, ensure_roles
from tests.live import Live
from tests.services import ROOT

DATABASE = "laadboek"


class Estate(Live):
    """A running product whose PostgreSQL commits to disk, unlike that of the other tests."""

    def __init__(self, home: Path, **settings: str) -> None:
        super().__init__(DATABASE, settings=settings, log=home / "server.log")
        self.home = home
        self.postgres, self.redis = Postgres(home), Valkey(home)

    @property
    def env(self) -> dict[str, str]:
        return {
            **super().env,
            "DATABASE_URL": self.postgres.url(RUNTIME, DATABASE),
            "MIGRATION_DATABASE_URL": self.postgres.url(OWNER, DATABASE),
            "REDIS_URL": self.redis.url,
        }

    def build(self) -> None:
        """Start the servers and make the tenants."""
        self.postgres.prepare()
        self.postgres.start()
        self.redis.start()
        ensure_roles(self.postgres.admin_dsn)
        ensure_database(self.postgres.admin_dsn, DATABASE)
        env = {**self.env, "DJANGO_SETTINGS_MODULE": "config.settings.test"}
        template = [sys.executable, "-m", "tests.template"]
        subprocess.run(template, cwd=ROOT, env=env, check=True, timeout=120)

    def connect(self, role: str = "postgres") -> psycopg.Connection[Any]:
        dsn = self.postgres.admin_dsn.replace("dbname=postgres", f"dbname={DATABASE}")
        return psycopg.connect(dsn.replace("user=postgres", f"user={role}"), autocommit=True)

    def add_cards(self, cards: Sequence[str]) -> None:
        """Let cards charge at every station of alfa."""
        module = [sys.executable, "-m", "tests.chaos.cards", *cards]
        subprocess.run(module, cwd=ROOT, env=self.env, check=True, timeout=120)

    def crash_postgres(self) -> None:
        """End PostgreSQL at once, as a power cut does, and start it again."""
        self.postgres.stop(number=signal.SIGQUIT)
        self.postgres.start()

    def crash_redis(self) -> None:
        """Kill Redis and start it again."""
        assert self.redis.process is not None
        self.redis.process.kill()
        self.redis.process.wait(10)
        self.redis.start()

    def crash_server(self) -> None:
        """Kill the server and start it again."""
        self.kill()
        self.start()

    def end(self) -> None:
        """Stop everything."""
        self.stop()
        self.redis.stop()
        self.postgres.stop()


@contextlib.contextmanager
def estate(**settings: str) -> Iterator[Estate]:
    """Build an estate for the block."""
    home = Path(tempfile.mkdtemp(prefix="laadboek-chaos-"))
    home.chmod(0o755)  # PostgreSQL runs as somebody else
    made = Estate(home, **settings)
    try:
        made.build()
        yield made
    finally:
        made.end()
        shutil.rmtree(home, ignore_errors=True)
