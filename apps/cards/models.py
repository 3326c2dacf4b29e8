"""Id tokens: what a card carries, who holds it, where it may charge."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.functions import Now


class IdToken(models.Model):
    """A card of this tenant. Its value is a password: masked everywhere but here."""

    class Scope(models.TextChoices):
        """Where it may charge."""

        ALL = "all"
        SITES = "sites"
        STATIONS = "stations"

    value = models.CharField(max_length=255, unique=True)  # normalised (`core.tokens`)
    spelling = models.CharField(max_length=255)  # as entered: sent to stations
    label = models.CharField(max_length=80, default="", blank=True)
    owner = models.ForeignKey(
        "accounts.User", on_delete=models.PROTECT, null=True, related_name="id_tokens"
    )
    group = models.CharField(max_length=255, default="", blank=True)  # parentIdTag
    # one fixed card for everybody (energy managers send it): proves the charger, not the driver
    is_shared = models.BooleanField(default=False, db_default=False)
    is_blocked = models.BooleanField(default=False)
    blocked_at = models.DateTimeField(null=True)  # what began before it is judged without it
    valid_from = models.DateTimeField(null=True)
    valid_until = models.DateTimeField(null=True)  # excluded
    scope = models.CharField(max_length=10, choices=Scope.choices, default=Scope.ALL)
    site_ids = ArrayField(models.BigIntegerField(), default=list, blank=True)
    station_ids = ArrayField(models.BigIntegerField(), default=list, blank=True)
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.label or self.pk}"
