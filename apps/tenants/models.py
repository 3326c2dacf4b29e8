"""Tenants, the station directory and register claims (schema public)."""

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DecimalRangeField, RangeOperators
from django.db import models
from django.db.models.functions import Now
from django_tenants.models import DomainMixin, TenantMixin


class Tenant(TenantMixin):
    """An organisation that owns data and money: one PostgreSQL schema."""

    class Kind(models.TextChoices):
        """What it mostly does; it may do both."""

        INSTALLER = "installer"
        EMPLOYER = "employer"

    name = models.CharField(max_length=100)
    code = models.CharField(max_length=63, unique=True, editable=False)  # issuer in CDRs: immutable
    kind = models.CharField(max_length=10, choices=Kind.choices, default=Kind.INSTALLER)
    time_zone = models.CharField(max_length=40, default="Europe/Amsterdam")
    created_at = models.DateTimeField(db_default=Now())

    auto_create_schema = True

    def __str__(self) -> str:
        return self.name


class Domain(DomainMixin):
    """A host name of a tenant."""


class DirectoryEntry(models.Model):
    """Where a station identity lives and how it proves itself; never a secret in clear."""

    class State(models.TextChoices):
        """Whether it may connect."""

        ACTIVE = "active"
        BLOCKED = "blocked"

    identity = models.CharField(max_length=48)  # the spelling of the installer
    identity_key = models.CharField(max_length=48, unique=True)  # casefolded, trimmed
    tenant = models.ForeignKey(Tenant, on_delete=models.PROTECT, related_name="stations")
    security_profile = models.PositiveSmallIntegerField(default=1)
    key_salt = models.BinaryField(max_length=16)
    key_hash = models.BinaryField(max_length=32)
    state = models.CharField(max_length=10, choices=State.choices, default=State.ACTIVE)
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="directory_security_profile",
                condition=models.Q(security_profile__gte=0, security_profile__lte=3),
            ),
        ]

    def __str__(self) -> str:
        return self.identity


class RegisterClaim(models.Model):
    """Who used which stretch of a meter's register for which right; one user at a time."""

    append_only = True
    progress_columns = ("released_at",)

    meter_uid = models.UUIDField()
    right = models.CharField(max_length=20)
    stretch = DecimalRangeField()
    tenant = models.ForeignKey(Tenant, on_delete=models.PROTECT, related_name="register_claims")
    issuer = models.CharField(max_length=63)
    cdr_id = models.CharField(max_length=39)
    released_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            ExclusionConstraint(
                name="register_claimed_once",
                expressions=[
                    ("meter_uid", RangeOperators.EQUAL),
                    ("right", RangeOperators.EQUAL),
                    ("stretch", RangeOperators.OVERLAPS),
                ],
                condition=models.Q(released_at=None),
            ),
            models.UniqueConstraint(
                fields=["tenant", "right", "issuer", "cdr_id"], name="register_claim_key"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.meter_uid} {self.right}"
