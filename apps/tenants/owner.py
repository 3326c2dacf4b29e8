"""Work as the owner role: schemas and their migrations, and nothing else."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import connections


def become_owner() -> None:
    """Let this process's default connection log in as the owner of the schemas.

    :raises CommandError: no owner URL is known.
    """
    owner = settings.MIGRATION_DATABASE
    if not owner["NAME"]:
        raise CommandError("MIGRATION_DATABASE_URL is not set: give the URL of the schemas' owner.")
    connection = connections["default"]
    connection.close()
    if connection.settings_dict.get("OPTIONS", {}).get("pool"):
        connection.close_pool()  # type: ignore[attr-defined]
    connections.settings["default"].update(
        {key: owner[key] for key in ("NAME", "USER", "PASSWORD", "HOST", "PORT")}
    )
    del connections["default"]


@contextmanager
def owner_rights() -> Iterator[None]:
    """Be the owner inside the block, and the runtime role again after it."""
    entry = connections.settings["default"]
    kept = {key: entry[key] for key in ("NAME", "USER", "PASSWORD", "HOST", "PORT")}
    become_owner()
    try:
        yield
    finally:
        connection = connections["default"]
        connection.close()
        if connection.settings_dict.get("OPTIONS", {}).get("pool"):
            connection.close_pool()  # type: ignore[attr-defined]
        entry.update(kept)
        del connections["default"]


class OwnerMixin(BaseCommand):
    """A command that needs DDL."""

    def execute(self, *args: Any, **options: Any) -> str | None:
        """Log in as the owner first."""
        become_owner()
        return super().execute(*args, **options)
