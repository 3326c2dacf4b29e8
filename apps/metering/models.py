"""Meters and what they read."""

import uuid

from django.db import models
from django.db.models.functions import Now

from apps.core.ledger import LedgerModel


class Meter(models.Model):
    """A meter of a station, with its conformity; a swap or a register reset mints a new row."""

    uid = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    station = models.ForeignKey("stations.Station", on_delete=models.PROTECT, related_name="meters")
    evse_number = models.PositiveIntegerField(null=True)  # null: one meter for the whole station
    make = models.CharField(max_length=80, default="", blank=True)
    serial = models.CharField(max_length=80, default="", blank=True)
    mid_marking = models.CharField(max_length=20, default="", blank=True)  # e.g. CE M25 0122
    mid_year = models.PositiveSmallIntegerField(null=True)
    installed_at = models.DateField(null=True)  # proven: evidence never covers what came before
    removed_at = models.DateField(null=True)  # half-open
    counts_from = models.DateTimeField(null=True)  # its register began anew here, same meter
    rolls_over_wh = models.BigIntegerField(null=True)  # its counter begins again at zero here
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        ordering = ["station", "pk"]

    def __str__(self) -> str:
        return self.serial or str(self.uid)

    def register_uid(self, evse_number: int) -> uuid.UUID:
        """Return the key of the register that counts for an EVSE.

        A record of the whole station stands for a register per EVSE: each counts by itself.
        """
        if self.evse_number is not None or evse_number <= 1:
            return self.uid
        return uuid.uuid5(self.uid, str(evse_number))


class Reading(LedgerModel):
    """One sampled value in its base unit (protocol.md §4.5), with what the station said about it.

    It names its transaction, not its session: sessions live on a higher floor.
    """

    station = models.ForeignKey(
        "stations.Station", on_delete=models.PROTECT, related_name="readings", db_index=False
    )
    evse_number = models.PositiveIntegerField()  # 0: the main meter of the station
    transaction_id = models.CharField(max_length=36, db_default="")
    taken_at = models.DateTimeField()
    received_at = models.DateTimeField(db_default=Now())
    measurand = models.CharField(max_length=50)
    context = models.CharField(max_length=30)
    phase = models.CharField(max_length=10, db_default="")
    location = models.CharField(max_length=20)
    unit = models.CharField(max_length=12)
    value = models.DecimalField(max_digits=18, decimal_places=3)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=[
                    "station",
                    "evse_number",
                    "taken_at",
                    "measurand",
                    "phase",
                    "location",
                    "context",
                    "transaction_id",
                ],
                name="reading_key",
            ),
            models.CheckConstraint(
                name="reading_is_a_number",  # numeric NaN poisons every sum
                condition=models.Q(value__gt=-(10**15), value__lt=10**15),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.measurand} {self.value} {self.unit}"
