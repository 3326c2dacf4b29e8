"""Keeps the children alive: who dies is started again on the same ports, with a growing pause."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from apps.core.embedded import Postgres, spawn

FIRST_PAUSE, LONGEST_PAUSE = 0.2, 5.0
STEADY_SECONDS = 10.0  # after so long the next pause is the first one again


class Launched(Protocol):
    """Something that runs as one child process."""

    process: subprocess.Popen[bytes] | None

    def launch(self) -> None:
        """Start it and wait for nothing."""
        ...


class Program:
    """One of our own programs: a management command or Celery."""

    def __init__(self, argv: Sequence[str], *, env: Mapping[str, str], log: Path) -> None:
        self.argv, self.env, self.log = [sys.executable, *argv], dict(env), log
        self.process: subprocess.Popen[bytes] | None = None

    def launch(self) -> None:
        """Start it and wait for nothing."""
        self.process = spawn(self.argv, log=self.log, env=self.env)


@dataclass(slots=True)
class Child:
    """A child under supervision; `role` is its name in demo.json, empty for none."""

    name: str
    role: str
    what: Launched
    log: Path
    number: int = signal.SIGTERM  # the signal that ends it in an orderly way
    pause: float = FIRST_PAUSE
    launched_at: float = 0.0
    due_at: float | None = None  # when it is started again
    is_leaving: bool = field(default=False)

    @property
    def pid(self) -> int | None:
        """Its process id while it lives."""
        process = self.what.process
        return process.pid if process is not None and process.poll() is None else None


class Supervisor:
    """The children, in the order of their start."""

    def __init__(self, say: Callable[[str], None], changed: Callable[[], None]) -> None:
        self._say, self._changed = say, changed
        self.children: list[Child] = []

    def adopt(self, child: Child) -> None:
        """Watch a child that runs already, or start it."""
        self.children.append(child)
        if child.pid is None:
            child.what.launch()
        child.launched_at = time.monotonic()
        self._changed()

    def pids(self) -> dict[str, list[int]]:
        """Return the process ids by role."""
        found: dict[str, list[int]] = {}
        for child in self.children:
            if child.role:
                found.setdefault(child.role, []).extend([child.pid] if child.pid else [])
        return found

    def tick(self) -> None:
        """Look at every child once; start again what is due."""
        for child in self.children:
            if child.is_leaving or child.pid is not None:
                continue
            now = time.monotonic()
            if child.due_at is None:
                self._note_death(child, now)
            elif now >= child.due_at:
                self._start_again(child, now)

    def _note_death(self, child: Child, now: float) -> None:
        if now - child.launched_at > STEADY_SECONDS:
            child.pause = FIRST_PAUSE
        child.due_at = now + child.pause
        code = child.what.process.returncode if child.what.process else None
        self._say(
            f"{child.name} ended ({_reason(code)}); starting it again in {child.pause:.1f} s "
            f"(its log: {child.log})"
        )
        child.pause = min(child.pause * 2, LONGEST_PAUSE)
        self._changed()

    def _start_again(self, child: Child, now: float) -> None:
        child.due_at, child.launched_at = None, now
        with suppress(OSError, subprocess.SubprocessError):  # then it is dead again: next pause
            if isinstance(child.what, Postgres):
                child.what.prepare()
            child.what.launch()
        self._changed()

    def stop(self, names: Sequence[str], *, seconds: float) -> None:
        """End some children together; who is not gone in time is killed."""
        leaving = [child for child in self.children if child.name in names]
        for child in leaving:
            child.is_leaving = True
            _signal(child, child.number)
        end = time.monotonic() + seconds
        for child in leaving:
            while child.pid is not None and time.monotonic() < end:
                time.sleep(0.02)
            _signal(child, signal.SIGKILL)
            if child.what.process is not None:
                child.what.process.wait(5)


def _signal(child: Child, number: int) -> None:
    if child.pid is not None:
        with suppress(ProcessLookupError):
            os.kill(child.pid, number)


def _reason(code: int | None) -> str:
    if code is None:
        return "it never started"
    if code < 0:
        return f"signal {signal.Signals(-code).name}"
    return f"exit code {code}"
