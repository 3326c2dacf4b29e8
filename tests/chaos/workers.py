"""The product with real Celery processes, a Redis of its own, and the clock in the rows."""

import contextlib
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from apps.core import binding
from apps.core.embedded import Valkey, spawn
from config.celery import app
from tests.commands import Product, product
from tests.services import ROOT

CELERY = [sys.executable, "-m", "celery", "-A", "config"]


@dataclass
class Shop(Product):
    """A database of its own; workers and beat come and go."""

    home: Path = Path()
    redis: Valkey | None = None
    settings: dict[str, str] = field(default_factory=dict)
    running: list[subprocess.Popen[bytes]] = field(default_factory=list)

    @property
    def env(self) -> dict[str, str]:
        assert self.redis is not None
        return {**super().env, "REDIS_URL": self.redis.url, **self.settings}

    def work(self) -> subprocess.Popen[bytes]:
        """Start a worker as the demo does; it does not wait a second to greet others."""
        return self._start("worker", "-P", "threads", "-c", "4", "-l", "INFO", "--without-mingle")

    def beat(self) -> subprocess.Popen[bytes]:
        """Start beat."""
        return self._start("beat", "-s", str(self.home / "schedule"), "--pidfile=")

    def _start(self, *args: str) -> subprocess.Popen[bytes]:
        log = self.home / f"{args[0]}.log"
        made = spawn([*CELERY, *args], log=log, cwd=ROOT, env=self.env, dies_by=signal.SIGKILL)
        self.running.append(made)
        return made

    def send(self, task: str, *, schema: str = "beta", times: int = 1, **kwargs: str) -> None:
        """Send a task of a tenant, as the door and beat do."""
        assert self.redis is not None
        with binding.bound(schema), app.connection_for_write(url=self.redis.url) as connection:
            producer = app.amqp.Producer(connection)
            for _ in range(times):
                app.tasks[task].apply_async(kwargs=kwargs, producer=producer)

    def tell(self, *args: str) -> str:
        """Run Python on the database; returns what it printed."""
        told = subprocess.run(
            [sys.executable, *args],
            cwd=ROOT,
            env=self.env,
            capture_output=True,
            text=True,
            timeout=300,
            check=False,
        )
        assert told.returncode == 0, told.stderr
        return told.stdout

    def count(self, table: str, where: str = "true") -> int:
        """Count rows."""
        return int(self.sql(f"SELECT count(*) FROM {table} WHERE {where}")[0][0])

    def wait(self, reached: Callable[[], object], *, seconds: float = 60) -> None:
        """Wait until something is so."""
        end = time.monotonic() + seconds
        while not reached():
            assert time.monotonic() < end, self.logs()[-5000:]
            assert all(process.poll() is None for process in self.running), self.logs()[-5000:]
            time.sleep(0.005)

    def wait_for_rows(self, table: str, more_than: int) -> None:
        """Wait until a table holds more rows than that."""
        self.wait(lambda: self.count(table) > more_than)

    def kill(self, process: subprocess.Popen[bytes]) -> None:
        """End a process as a power cut does."""
        process.kill()
        process.wait(10)
        self.running.remove(process)

    def logs(self, name: str = "*") -> str:
        """Return what the processes said."""
        return "\n".join(path.read_text() for path in self.home.glob(f"{name}.log"))

    def end(self) -> None:
        """Stop what runs."""
        for process in list(self.running):
            self.kill(process)


@contextlib.contextmanager
def shop(name: str, **settings: str) -> Iterator[Shop]:
    """Clone the template and start a Redis for the block."""
    home = Path(tempfile.mkdtemp(prefix="laadboek-work-"))
    redis = Valkey(home)
    with product(name) as made:
        redis.start()
        shop = Shop(made.name, home=home, redis=redis, settings=settings)
        try:
            yield shop
        finally:
            shop.end()
            redis.stop()
            shutil.rmtree(home, ignore_errors=True)
