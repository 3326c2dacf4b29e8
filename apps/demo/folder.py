"""The demo's data folder: who holds it, what it remembers, what it tells."""

import fcntl
import hashlib
import json
import os
import shutil
from pathlib import Path
from typing import IO, Any

from django.apps import apps

from apps.core.embedded import reachable_home
from apps.core.refused import Refused


class Folder:
    """`var/` or the folder of --home."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.demo_file = root / "demo.json"
        self.stations_file = root / "stations.jsonl"
        self.registers_file = root / "registers.json"
        self.logs = root / "log"
        self._memory = root / "memory.json"
        self._lock: IO[str] | None = None

    def claim(self) -> None:
        """Hold the folder until `release()` or the end of this process.

        :raises Refused: another demo holds it, or it cannot be written.
        """
        try:
            self.logs.mkdir(parents=True, exist_ok=True)
            lock = (self.root / "lock").open("a+", encoding="utf-8")
        except OSError as error:
            raise Refused(
                "home_unwritable",
                f"{self.root} cannot be written ({error.strerror}); choose another folder with "
                'make demo ARGS="--home DIR".',
                field="home",
            ) from error
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            lock.seek(0)
            pid = lock.read().strip()
            lock.close()
            raise Refused(
                "already_running", f"already running with pid {pid}{self._address()}."
            ) from error
        lock.truncate(0)
        lock.write(str(os.getpid()))
        lock.flush()
        self._lock = lock

    def _address(self) -> str:
        """Return where the running demo answers, once it does."""
        try:
            web = json.loads(self.demo_file.read_text(encoding="utf-8"))["web"]
        except (OSError, ValueError, LookupError):
            return ", not ready yet"
        return f" at {web}"

    def release(self) -> None:
        """Let another demo have the folder."""
        if self._lock is not None:
            self._lock.close()
            self._lock = None

    @property
    def servers(self) -> Path:
        """Where the embedded servers keep their data: a folder their user can enter."""
        return reachable_home(self.root / "servers")

    def remember(self, **facts: Any) -> None:
        """Add facts to what the next start knows (passwords among them: owner only)."""
        _write_private(self._memory, json.dumps({**self.memory, **facts}, indent=1))

    @property
    def memory(self) -> dict[str, Any]:
        """What an earlier start remembered."""
        try:
            found: dict[str, Any] = json.loads(self._memory.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return {}
        return found

    def forget(self) -> None:
        """Throw away data and memory: the next start begins anew."""
        shutil.rmtree(self.servers, ignore_errors=True)
        self._memory.unlink(missing_ok=True)
        self.stations_file.unlink(missing_ok=True)
        self.registers_file.unlink(missing_ok=True)

    def tell(self, facts: dict[str, Any]) -> None:
        """Write demo.json, whole or not at all."""
        _write_private(self.demo_file, json.dumps(facts, indent=1))

    def write_stations(self, lines: list[dict[str, Any]]) -> None:
        """Write the keys file of the simulated stations."""
        _write_private(self.stations_file, "".join(json.dumps(line) + "\n" for line in lines))


def _write_private(path: Path, text: str) -> None:
    draft = path.with_suffix(".draft")
    draft.unlink(missing_ok=True)
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.write(text)
    draft.replace(path)


def migration_hashes() -> dict[str, str]:
    """Return the hash of every migration file of our rooms."""
    return {
        f"{config.label}/{path.name}": hashlib.sha256(path.read_bytes()).hexdigest()
        for config in apps.get_app_configs()
        if config.name.startswith("apps.")
        for path in sorted(Path(config.path, "migrations").glob("0*.py"))
    }
