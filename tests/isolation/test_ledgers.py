"""The runtime role may add to a ledger and read it, nothing else (trust.md row 18).

Tried on every ledger table of a tenant that `create_tenant` has just made, and in public.
"""

import psycopg
import pytest
from psycopg import sql

from apps.core.roles import RUNTIME
from apps.tenants.grants import ledger_models
from tests.commands import product

pytestmark = pytest.mark.isolation
TABLES = {model._meta.db_table: getattr(model, "progress_columns", ()) for model in ledger_models()}
VERBS = {
    "update": "UPDATE {table} SET {column} = {column}",
    "delete": "DELETE FROM {table}",
    "truncate": "TRUNCATE {table} CASCADE",
    "lock": "SELECT 1 FROM {table} FOR UPDATE",
    "triggers": "ALTER TABLE {table} DISABLE TRIGGER ALL",
    "drop": "DROP TABLE {table}",
}


@pytest.fixture(scope="module")
def runtime():
    with product("ledgers") as fresh:
        made = fresh.json("create_tenant", "--schema", "delta", "--name", "D", "--kind", "employer")
        assert made[0]["schema"] == "delta"
        with fresh.connect(RUNTIME) as conn:
            yield conn


def place_of(conn, table):
    rows = conn.execute(
        "SELECT table_schema, column_name FROM information_schema.columns WHERE table_name = %s "
        "AND table_schema IN ('delta', 'public') ORDER BY table_schema, ordinal_position",
        [table],
    ).fetchall()
    return rows[0][0], [name for schema, name in rows if schema == rows[0][0]]


@pytest.mark.parametrize("verb", VERBS)
@pytest.mark.parametrize("table", TABLES)
def test_the_runtime_role_is_refused_in_a_fresh_tenant(runtime, table, verb):
    schema, columns = place_of(runtime, table)
    fixed = next(name for name in columns if name not in TABLES[table])
    statement = sql.SQL(VERBS[verb]).format(
        table=sql.Identifier(schema, table), column=sql.Identifier(fixed)
    )
    if verb == "lock" and TABLES[table]:
        runtime.execute(statement)  # a row whose progress advances may be locked
        return
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        runtime.execute(statement)


@pytest.mark.parametrize("table", [name for name, columns in TABLES.items() if columns])
def test_progress_columns_and_only_they_may_advance(runtime, table):
    schema, _ = place_of(runtime, table)
    for column in TABLES[table]:
        runtime.execute(
            sql.SQL("UPDATE {} SET {c} = {c}").format(
                sql.Identifier(schema, table), c=sql.Identifier(column)
            )
        )


def test_the_runtime_role_makes_no_tables_and_no_schemas(runtime):
    for statement in ("CREATE TABLE delta.x (id int)", "CREATE SCHEMA x", "DROP SCHEMA delta"):
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            runtime.execute(statement)


def test_the_runtime_role_does_not_own_the_migrations(runtime):
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        runtime.execute("DELETE FROM delta.django_migrations")


def test_every_ledger_of_the_design_is_one():
    assert {
        "audit_auditentry",
        "cdrs_issuedcdr",
        "cdrs_receivedcdr",
        "metering_reading",
        "reimbursement_statement",
        "reimbursement_statementline",
        "stations_journalconnection",
        "stations_journalpayload",
        "stations_journalrow",
        "stations_journalsecret",
    } <= set(TABLES)
