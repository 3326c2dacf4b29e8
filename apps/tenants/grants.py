"""What the runtime role may do in one schema; run after every migration and clone."""

from typing import Any

from django.apps import apps
from django.db import connection
from django.db.models import Model

from apps.core.roles import RUNTIME


def ledger_models() -> list[type[Model]]:
    """Return the models whose rows never change, but for their progress columns."""
    return [model for model in apps.get_models() if getattr(model, "append_only", False)]


def secure_schema(schema_name: str) -> None:
    """Give the runtime role its rights in the schema; idempotent.

    Ledger tables get INSERT and SELECT only, plus UPDATE on the progress columns they name.
    """
    quote = connection.ops.quote_name
    schema = quote(schema_name)
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [RUNTIME])
        if cursor.fetchone() is None:
            return
        cursor.execute(f"GRANT USAGE ON SCHEMA {schema} TO {RUNTIME}")
        cursor.execute(
            f"GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA {schema} TO {RUNTIME}"
        )
        cursor.execute(f"GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA {schema} TO {RUNTIME}")
        cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = %s", [schema_name])
        present = {row[0] for row in cursor.fetchall()}
        if "django_migrations" in present:
            table = f"{schema}.django_migrations"
            cursor.execute(f"REVOKE INSERT, UPDATE, DELETE, TRUNCATE ON {table} FROM {RUNTIME}")
        for model in ledger_models():
            if model._meta.db_table in present:
                _secure_ledger(cursor, f"{schema}.{quote(model._meta.db_table)}", model)


def _secure_ledger(cursor: Any, table: str, model: type[Model]) -> None:
    cursor.execute(f"REVOKE UPDATE, DELETE, TRUNCATE ON {table} FROM {RUNTIME}")
    columns = getattr(model, "progress_columns", ())
    if columns:
        listed = ", ".join(connection.ops.quote_name(column) for column in columns)
        cursor.execute(f"GRANT UPDATE ({listed}) ON {table} TO {RUNTIME}")


def on_schema_migrated(schema_name: str, **_: Any) -> None:
    """Run after each schema's migration (django-tenants' signal)."""
    secure_schema(schema_name)


def on_schema_synced(tenant: Any, **_: Any) -> None:
    """Run after a schema was created or cloned: a clone sends no `schema_migrated`."""
    secure_schema(tenant.schema_name)
