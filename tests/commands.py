"""Management commands as a person runs them: own processes on a clone of the template."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import psycopg

from tests.services import ROOT, admin_dsn, clone, drop, urls_of


@dataclass
class Product:
    """A database of its own, and the commands on it."""

    name: str

    @property
    def env(self) -> dict[str, str]:
        # a demo that runs in this folder must not be heard: an environment variable wins over it
        settings = {"DJANGO_SETTINGS_MODULE": "config.settings.dev", "WEB_PORT": "8000"}
        return {**os.environ, **urls_of(self.name), **settings}

    def run(self, *args: str, seconds: float = 90) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-W", "error", "manage.py", *args],
            cwd=ROOT,
            env=self.env,
            capture_output=True,
            text=True,
            timeout=seconds,
            check=False,
        )

    def json(self, *args: str) -> list[Any]:
        """Run a command with --json; one object a line."""
        result = self.run(*args, "--json")
        assert result.returncode == 0, result.stdout + result.stderr
        return [json.loads(line) for line in result.stdout.splitlines() if line.strip()]

    def refused(self, *args: str) -> str:
        """Run a command that must fail without a traceback; returns what it said."""
        result = self.run(*args)
        assert result.returncode != 0, result.stdout
        assert "Traceback" not in result.stderr, result.stderr
        return result.stderr

    def connect(self, role: str = "postgres") -> psycopg.Connection[Any]:
        dsn = admin_dsn(self.name).replace("user=postgres", f"user={role}")
        return psycopg.connect(dsn, autocommit=True)

    def sql(self, text: str, values: Any = None) -> list[Any]:
        with self.connect() as conn:
            cursor = conn.execute(text, values)
            return cursor.fetchall() if cursor.description else []


@contextmanager
def product(name: str) -> Iterator[Product]:
    """Clone the template for the block."""
    name = f"{name}_{os.environ.get('PYTEST_XDIST_WORKER', 'main')}"
    clone(name)
    try:
        yield Product(name)
    finally:
        drop(name)
