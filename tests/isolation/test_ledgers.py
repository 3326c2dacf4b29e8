"""The runtime role may add to a ledger and read it, nothing else, in a tenant of any age."""

import psycopg
import pytest
from psycopg import sql

from apps.core.roles import RUNTIME
from apps.tenants.grants import ledger_models
from tests.services import DATABASE, admin_dsn

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


def columns_of(conn, table):
    rows = conn.execute(
        "SELECT table_schema, column_name FROM information_schema.columns WHERE table_name = %s "
        "AND table_schema IN ('alfa', 'public') ORDER BY table_schema, ordinal_position",
        [table],
    ).fetchall()
    schema = rows[0][0]
    return schema, [name for where, name in rows if where == schema]


@pytest.mark.parametrize("verb", VERBS)
@pytest.mark.parametrize("table", TABLES)
def test_the_runtime_role_is_refused(table, verb):
    dsn = admin_dsn(DATABASE).replace("user=postgres", f"user={RUNTIME}")
    with psycopg.connect(dsn, autocommit=True) as conn:
        schema, columns = columns_of(conn, table)
        fixed = next(name for name in columns if name not in TABLES[table])
        statement = sql.SQL(VERBS[verb]).format(
            table=sql.Identifier(schema, table), column=sql.Identifier(fixed)
        )
        if verb == "lock" and TABLES[table]:
            conn.execute(statement)  # a row whose progress advances may be locked
            return
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            conn.execute(statement)


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
