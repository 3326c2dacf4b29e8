"""Database roles: the owner migrates, the runtime role works."""

import psycopg
from psycopg import sql

OWNER = "laadboek_owner"
RUNTIME = "laadboek_runtime"


def ensure_roles(admin_dsn: str) -> None:
    """Create both roles (cluster-wide) once, as the superuser; the owner may act as runtime."""
    with psycopg.connect(admin_dsn, autocommit=True) as conn:
        for role in (OWNER, RUNTIME):
            if not conn.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [role]).fetchone():
                conn.execute(sql.SQL("CREATE ROLE {} LOGIN").format(sql.Identifier(role)))
        conn.execute(
            sql.SQL("GRANT {} TO {}").format(sql.Identifier(RUNTIME), sql.Identifier(OWNER))
        )


def ensure_database(admin_dsn: str, name: str) -> None:
    """Create the database, owned by the owner, who also gets schema public."""
    with psycopg.connect(admin_dsn, autocommit=True) as conn:
        if not conn.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone():
            conn.execute(
                sql.SQL("CREATE DATABASE {} OWNER {}").format(
                    sql.Identifier(name), sql.Identifier(OWNER)
                )
            )
