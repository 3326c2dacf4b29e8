"""Tariffs: a name and its versions; a version never changes."""

import uuid

from django.db import models
from django.db.models.functions import Now

from apps.core.ledger import LedgerModel


class Tariff(models.Model):
    """What charging costs at some place."""

    uid = models.UUIDField(unique=True, default=uuid.uuid4)
    name = models.CharField(max_length=80, unique=True)
    created_at = models.DateTimeField(db_default=Now())

    def __str__(self) -> str:
        return self.name


class TariffVersion(LedgerModel):
    """One version: valid from a moment until the next one begins; prices exclude VAT."""

    tariff = models.ForeignKey(Tariff, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField()
    valid_from = models.DateTimeField()
    currency = models.CharField(max_length=3, default="EUR")
    price_per_kwh = models.DecimalField(max_digits=12, decimal_places=6)
    start_fee = models.DecimalField(max_digits=12, decimal_places=6, default=0)
    vat_percent = models.DecimalField(max_digits=5, decimal_places=2)

    class Meta:
        ordering = ["tariff", "number"]
        constraints = [
            models.UniqueConstraint(fields=["tariff", "number"], name="tariff_version_key"),
            models.UniqueConstraint(fields=["tariff", "valid_from"], name="tariff_version_from"),
            models.CheckConstraint(
                name="tariff_version_sane",
                condition=models.Q(start_fee__gte=0, vat_percent__gte=0, vat_percent__lt=100),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.tariff_id} v{self.number}"
