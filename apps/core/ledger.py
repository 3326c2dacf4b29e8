"""Rows that never change."""

from django.db import models


class LedgerModel(models.Model):
    """A ledger row: the runtime role may INSERT and SELECT it, nothing else.

    The right is the database's (`apps.tenants.grants`). `progress_columns` names the few columns
    of an outbox-like ledger whose progress may be updated.
    """

    append_only = True
    progress_columns: tuple[str, ...] = ()

    class Meta:
        abstract = True
