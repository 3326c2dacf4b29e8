"""One run of the demo: servers, seed, programs, and everything stopped again."""

import http.client
import os
import signal
import socket
import sys
import time
from collections.abc import Callable
from pathlib import Path
from types import FrameType

from apps.core.embedded import Postgres, Valkey, spawn
from apps.core.refused import Refused
from apps.core.roles import OWNER, RUNTIME, ensure_database, ensure_roles
from apps.demo.folder import Folder, migration_hashes
from apps.demo.supervisor import Child, Program, Supervisor
from apps.demo.world import TENANTS

DATABASE = "laadboek"
MANAGE = str(Path(__file__).resolve().parents[2] / "manage.py")
_READY_SECONDS = 60.0


class Demo:
    """The demo in one folder and on one web port."""

    def __init__(
        self, folder: Folder, *, port: int, days: int, write: Callable[[str], None]
    ) -> None:
        self.folder, self.port, self.days, self._write = folder, port, days, write
        self._began = time.monotonic()
        self._is_ready = False
        self.supervisor = Supervisor(self.say, self._tell)

    def say(self, text: str) -> None:
        """Print a line with the time since the start."""
        self._write(f"{time.monotonic() - self._began:6.1f} s  {text}")

    def run(self) -> None:
        """Start everything, watch it until a signal comes, stop everything.

        :raises Refused: another demo holds the folder, or the port is taken.
        """
        self.folder.claim()
        _refuse_taken_port(self.port)
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, _interrupt)  # SIGINT is inherited as ignored in the background
        try:
            self._start()
            while True:
                self.supervisor.tick()
                time.sleep(0.1)
        except KeyboardInterrupt:
            self.say("stopping")
        finally:
            self._stop()

    # ---- start

    def _start(self) -> None:
        mode = self._choose_mode()
        self._start_servers()
        if mode:
            self._seed(mode)
        self._start_programs()
        self._wait_for_web()
        self._start_stations()
        self._is_ready = True
        self._tell()
        self._print_welcome()

    def _choose_mode(self) -> list[str] | None:
        """Return the options of the seed, or None when the data is as this code wants it."""
        memory, wanted = self.folder.memory, migration_hashes()
        if not memory.get("is_complete"):
            if memory or (self.folder.root / "servers").exists():
                self.say("the data of an earlier start is not complete: beginning anew")
            self.folder.forget()
            return ["--days", str(self.days)]
        known = memory.get("migrations", {})
        if known == wanted:
            return None
        if known.items() <= wanted.items():
            return ["--migrate-only"]
        self.say("a migration that was applied has changed: beginning anew")
        self.folder.forget()
        return ["--days", str(self.days)]

    def _start_servers(self) -> None:
        home = self.folder.servers
        self.postgres = Postgres(home)
        if not (home / "pg" / "PG_VERSION").exists():
            self.say("making the database cluster")
        self.postgres.prepare()
        self.postgres.start()
        self.valkey = Valkey(home)
        self.valkey.start()
        self.supervisor.adopt(
            Child("PostgreSQL", "postgres", self.postgres, home / "pg.log", signal.SIGINT)
        )
        self.supervisor.adopt(Child("Redis", "redis", self.valkey, home / "valkey.log"))
        ensure_roles(self.postgres.admin_dsn)
        ensure_database(self.postgres.admin_dsn, DATABASE)
        self.say("PostgreSQL and Redis (Valkey) are up")

    def _env(self, **more: str) -> dict[str, str]:
        return {
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "config.settings.dev",
            "DATABASE_URL": self.postgres.url(RUNTIME, DATABASE),
            "REDIS_URL": self.valkey.url,
            "WEB_SCHEME": "http",
            "WEB_PORT": str(self.port),
            "DEMO_FILE": str(self.folder.demo_file),
            "PYTHONUNBUFFERED": "1",
            **more,
        }

    def _seed(self, options: list[str]) -> None:
        """Run the seed and pass its lines on.

        :raises Refused: it failed.
        """
        log = self.folder.logs / "seed.log"
        log.unlink(missing_ok=True)
        env = self._env(
            MIGRATION_DATABASE_URL=self.postgres.url(OWNER, DATABASE),
            UNSAFE_COMMITS="true",  # a seed that is cut short begins anew
        )
        argv = [sys.executable, MANAGE, "seed_demo", "--home", str(self.folder.root), *options]
        child = spawn(argv, log=log, env=env)
        try:
            with log.open(encoding="utf-8", errors="replace") as lines:
                while child.poll() is None:
                    self._pass_on(lines.read())
                    time.sleep(0.05)
                self._pass_on(lines.read())
        except BaseException:
            child.kill()
            child.wait(5)
            raise
        if child.returncode != 0:
            raise Refused("seed_failed", f"the data could not be made; see {log}")

    def _pass_on(self, text: str) -> None:
        for line in text.splitlines():
            if line.strip() and not line.startswith((" ", "Traceback")):
                self.say(line)

    def _start_programs(self) -> None:
        celery = ["-m", "celery", "-A", "config"]
        beat = str(self.folder.root / "beat-schedule")
        programs = {
            "web": [MANAGE, "serve", "--port", str(self.port)],
            "worker": [*celery, "worker", "-P", "threads", "-c", "4", "-l", "WARNING"],
            "beat": [*celery, "beat", "-s", beat, "--pidfile=", "-l", "WARNING"],
        }
        for name, argv in programs.items():
            self._adopt_program(name, argv, role=name)

    def _adopt_program(self, name: str, argv: list[str], *, role: str = "") -> None:
        log = self.folder.logs / f"{name}.log"
        log.unlink(missing_ok=True)
        self.supervisor.adopt(Child(name, role, Program(argv, env=self._env(), log=log), log))

    def _wait_for_web(self) -> None:
        """Wait until the web server answers anything.

        :raises Refused: it does not.
        """
        end = time.monotonic() + _READY_SECONDS
        while time.monotonic() < end:
            connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=2)
            try:
                connection.request("GET", "/", headers={"Host": "localhost"})
                connection.getresponse()
            except (OSError, http.client.HTTPException):
                self.supervisor.tick()
                time.sleep(0.05)
            else:
                return
            finally:
                connection.close()
        log = self.folder.logs / "web.log"
        raise Refused(
            "web_silent", f"the web server does not answer on port {self.port}; see {log}"
        )

    def _start_stations(self) -> None:
        if self.folder.stations_file.exists():
            keys = ["--keys", str(self.folder.stations_file), "--url", self._stations_url]
            options = ["--profile", "busy", "--interval", "30"]
            options += ["--memory", str(self.folder.registers_file)]
            self._adopt_program("stations", [MANAGE, "simulate", *keys, *options])

    # ---- what it tells

    @property
    def _stations_url(self) -> str:
        return f"ws://localhost:{self.port}/ocpp"

    def _tell(self) -> None:
        """Write demo.json, once ready and at each change of a process id."""
        if not self._is_ready:
            return
        self.folder.tell(
            {
                "web": f"http://localhost:{self.port}",
                "stations": self._stations_url,
                "root_pid": os.getpid(),
                "tenants": [
                    {"schema": schema, "kind": kind, "url": self._tenant_url(schema)}
                    for schema, _, kind in TENANTS
                ],
                "people": self.folder.memory["people"],
                "pids": self.supervisor.pids(),
                "database_url": self.postgres.url(RUNTIME, DATABASE),
                "migration_database_url": self.postgres.url(OWNER, DATABASE),
                "redis_url": self.valkey.url,
            }
        )

    def _tenant_url(self, schema: str) -> str:
        return f"http://{schema.replace('_', '-')}.localhost:{self.port}"

    def _print_welcome(self) -> None:
        self.say(f"ready: http://localhost:{self.port}   (Ctrl+C stops it)")
        for person in self.folder.memory["people"]:
            self._write(
                f"          {person['role'].replace('_', ' '):<11} "
                f"{self._tenant_url(person['tenant'])}  "
                f"{person['login']}  {person['password']}"
            )
        self._write(f"          stations    {self._stations_url}/<identity>")

    # ---- stop

    def _stop(self) -> None:
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, signal.SIG_IGN)  # a second Ctrl+C must not leave anything behind
        self.folder.demo_file.unlink(missing_ok=True)
        self.supervisor.stop(["stations"], seconds=5)
        self.supervisor.stop(["web", "worker", "beat"], seconds=15)
        self.supervisor.stop(["PostgreSQL", "Redis"], seconds=20)
        self.say("stopped")


def _interrupt(_number: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt


def _refuse_taken_port(port: int) -> None:
    with socket.socket() as sock:
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            sock.bind(("127.0.0.1", port))
        except OSError as error:
            raise Refused(
                "port_taken",
                f'port {port} is in use; choose another one: make demo ARGS="--port {port + 1}"',
                field="port",
            ) from error
