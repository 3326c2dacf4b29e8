"""Pytest plug-in: servers, roles, one migrated template; per worker one clone and one Redis.

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


def _start_postgres(home: Path) -> Postgres:
    database = Postgres(home, durable=False)
    database.prepare()
    database.start()
    os.environ["TEST_ADMIN_DSN"] = database.admin_dsn
    os.environ["TEST_DATABASE_BASE"] = f"127.0.0.1:{database.port}"
    os.environ["TEST_DATABASE_LOG"] = str(home / "pg.log")
    ensure_roles(database.admin_dsn)
    ensure_database(database.admin_dsn, TEMPLATE)
    env = {**os.environ, **urls_of(TEMPLATE), "DJANGO_SETTINGS_MODULE": "config.settings.test"}
    subprocess.run([sys.executable, "-m", "tests.template"], cwd=ROOT, env=env, check=True)
    return database


def _start_redis(home: Path) -> Valkey:
    redis = Valkey(home)
    redis.start()
    os.environ["REDIS_URL"] = redis.url
    return redis


_home = Path(tempfile.mkdtemp(prefix="laadboek-test-"))
_home.chmod(0o755)
_database = _start_postgres(_home) if "TEST_ADMIN_DSN" not in os.environ else None
_redis = _start_redis(_home)  # its own: what is published knows no database number
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
    _redis.stop()
    if _database is not None:
        _database.stop()
    shutil.rmtree(_home, ignore_errors=True)
