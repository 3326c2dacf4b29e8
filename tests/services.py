"""Pytest plug-in: servers, roles, one migrated template, one clone per worker.

It must come through `-p`: pytest-django reads settings.DATABASES before any conftest.
"""

import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import psycopg
import pytest
from psycopg import sql

from apps.core.catalogues import compile_catalogues
from apps.core.embedded import Postgres, Valkey
from apps.core.roles import OWNER, RUNTIME, ensure_database, ensure_roles

ROOT = Path(__file__).resolve().parents[1]
TEMPLATE = "laadboek_template"


def admin_dsn(name: str) -> str:
    """Return the superuser's DSN of one database."""
    return os.environ["TEST_ADMIN_DSN"].replace("dbname=postgres", f"dbname={name}")


def clone(name: str) -> None:
    """Create a database as a copy of the template."""
    drop(name)
    with psycopg.connect(os.environ["TEST_ADMIN_DSN"], autocommit=True) as conn:
        conn.execute(
            sql.SQL("CREATE DATABASE {} TEMPLATE {} OWNER {}").format(
                sql.Identifier(name), sql.Identifier(TEMPLATE), sql.Identifier(OWNER)
            )
        )


def drop(name: str) -> None:
    """Drop a clone, whoever is connected."""
    with psycopg.connect(os.environ["TEST_ADMIN_DSN"], autocommit=True) as conn:
        conn.execute(
            sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name))
        )


def urls_of(name: str) -> dict[str, str]:
    """Return the environment of a process that works on a clone."""
    base = os.environ["TEST_DATABASE_BASE"]
    return {
        "DATABASE_URL": f"postgres://{RUNTIME}@{base}/{name}",
        "MIGRATION_DATABASE_URL": f"postgres://{OWNER}@{base}/{name}",
    }


def _start() -> tuple[Postgres, Valkey, Path]:
    home = Path(tempfile.mkdtemp(prefix="laadboek-test-"))
    home.chmod(0o755)
    database, redis = Postgres(home, durable=False), Valkey(home)
    database.prepare()
    database.start()
    redis.start()
    os.environ["TEST_ADMIN_DSN"] = database.admin_dsn
    os.environ["TEST_DATABASE_BASE"] = f"127.0.0.1:{database.port}"
    os.environ["REDIS_URL"] = redis.url
    ensure_roles(database.admin_dsn)
    ensure_database(database.admin_dsn, TEMPLATE)
    env = {**os.environ, **urls_of(TEMPLATE), "DJANGO_SETTINGS_MODULE": "config.settings.test"}
    subprocess.run([sys.executable, "-m", "tests.template"], cwd=ROOT, env=env, check=True)
    return database, redis, home


compile_catalogues(ROOT)
_mine = _start() if "TEST_ADMIN_DSN" not in os.environ else None
_worker = os.environ.get("PYTEST_XDIST_WORKER", "main")
DATABASE = "test_" + hashlib.sha256(f"{_worker}{os.getpid()}".encode()).hexdigest()[:8]
clone(DATABASE)
os.environ.update(urls_of(DATABASE))


def pytest_unconfigure(config: pytest.Config) -> None:
    """Stop what this process started."""
    from django.db import connections  # noqa: PLC0415 - settings are not there at import

    for connection in connections.all(initialized_only=True):
        connection.close()
        if connection.settings_dict.get("OPTIONS", {}).get("pool"):
            connection.close_pool()  # type: ignore[attr-defined]
    if _mine is not None:
        database, redis, home = _mine
        redis.stop()
        database.stop()
        shutil.rmtree(home, ignore_errors=True)
