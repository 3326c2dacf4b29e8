"""Sites: where stations stand."""

import uuid

from django.core.validators import RegexValidator
from django.db import models
from django.db.models.functions import Now


class Site(models.Model):
    """A place with a grid connection; its UUID travels with it and is what public tables name."""

    uid = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    name = models.CharField(max_length=120, unique=True)
    street = models.CharField(max_length=120, default="", blank=True)
    postal_code = models.CharField(max_length=12, default="", blank=True)
    city = models.CharField(max_length=80, default="", blank=True)
    region = models.CharField(max_length=80, default="", blank=True)
    country = models.CharField(max_length=2, default="NL")
    ean = models.CharField(
        max_length=18,
        default="",
        blank=True,
        validators=[RegexValidator(r"^(\d{18})?$", "An EAN has 18 digits.")],
    )
    time_zone = models.CharField(max_length=40, default="Europe/Amsterdam")
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name
