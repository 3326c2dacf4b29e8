"""People, what they may see, and who pays for whose cards (schema public)."""

import uuid

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateTimeRangeField, RangeOperators
from django.db import models
from django.db.models.functions import Now

from apps.accounts.access import ROLES, Level


class UserManager(BaseUserManager["User"]):
    """Makes people by e-mail address."""

    def create_user(self, email: str, password: str | None = None, **fields: object) -> "User":
        """Create a person; without a password nobody can log in as them."""
        user = self.model(email=self.normalize_email(email).lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user


class User(AbstractBaseUser, PermissionsMixin):
    """A person: logs in by e-mail address."""

    email = models.EmailField(unique=True)
    name = models.CharField(max_length=120, default="", blank=True)
    language = models.CharField(max_length=5, default="", blank=True)  # empty: the browser decides
    is_active = models.BooleanField(default=True)
    is_staff = models.BooleanField(default=False)
    created_at = models.DateTimeField(db_default=Now())

    objects = UserManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"

    def __str__(self) -> str:
        return self.name or self.email

    def get_short_name(self) -> str:
        """Return what a page calls this person."""
        return self.name or self.email


class Membership(models.Model):
    """A user in a tenant, with one role; several roles are several rows."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="memberships")
    tenant = models.ForeignKey(
        "tenants.Tenant", on_delete=models.CASCADE, related_name="memberships"
    )
    role = models.CharField(max_length=20, choices=[(role, role) for role in ROLES])
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user", "tenant", "role"], name="membership_key"),
            models.CheckConstraint(
                name="membership_role", condition=models.Q(role__in=list(ROLES))
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user_id}@{self.tenant_id} {self.role}"


class AccessGrant(models.Model):
    """A person from outside may see one site of a tenant, until a moment, for a reason.

    The site is named by its UUID: public tables never point into a tenant.
    """

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="grants")
    tenant = models.ForeignKey("tenants.Tenant", on_delete=models.CASCADE, related_name="grants")
    site_uid = models.UUIDField()
    level = models.PositiveSmallIntegerField(choices=[(level.value, level.name) for level in Level])
    until = models.DateTimeField(null=True)
    reason = models.CharField(max_length=200)
    granted_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField(db_default=Now())
    ended_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["user", "tenant"], name="access_grant_lookup")]

    def __str__(self) -> str:
        return f"{self.user_id} {self.level} {self.site_uid}"


class SiteOwner(models.Model):
    """Who owns a site: a person, or an organisation; a right on a site, not a role in a tenant."""

    site_uid = models.UUIDField()
    tenant = models.ForeignKey(  # the managing tenant, whose pages the owner reads
        "tenants.Tenant", on_delete=models.PROTECT, related_name="owned_sites"
    )
    user = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="owned_sites")
    organisation = models.ForeignKey(
        "tenants.Tenant", on_delete=models.PROTECT, null=True, related_name="+"
    )
    period = DateTimeRangeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="site_owner_one",
                condition=models.Q(user=None, organisation__isnull=False)
                | models.Q(user__isnull=False, organisation=None),
            ),
            ExclusionConstraint(
                name="site_owned_once",
                expressions=[
                    ("site_uid", RangeOperators.EQUAL),
                    ("period", RangeOperators.OVERLAPS),
                ],
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user_id or self.organisation_id} {self.site_uid}"


class PayerLink(models.Model):
    """A tenant pays what an employee's cards charge at one site."""

    class State(models.TextChoices):
        """Its life."""

        PENDING = "pending"
        ACTIVE = "active"
        ENDED = "ended"

    uid = models.UUIDField(unique=True, default=uuid.uuid4)
    paying_tenant = models.ForeignKey(
        "tenants.Tenant", on_delete=models.PROTECT, related_name="payer_links"
    )
    employee = models.ForeignKey(User, on_delete=models.PROTECT, related_name="payer_links")
    state = models.CharField(max_length=10, choices=State.choices, default=State.PENDING)
    invite_hash = models.BinaryField(max_length=32, null=True, unique=True)
    invite_until = models.DateTimeField()
    site_uid = models.UUIDField(null=True)
    station = models.ForeignKey(
        "tenants.DirectoryEntry", on_delete=models.PROTECT, null=True, related_name="payer_links"
    )
    admitted_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, related_name="admitted_links"
    )
    valid_from = models.DateTimeField(null=True)
    valid_to = models.DateTimeField(null=True)
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        indexes = [models.Index(fields=["site_uid"], name="payer_link_site")]
        constraints = [
            models.CheckConstraint(
                name="payer_link_state",
                condition=models.Q(state="pending", site_uid=None, valid_from=None)
                | models.Q(
                    state="active",
                    site_uid__isnull=False,
                    admitted_by__isnull=False,
                    valid_from__isnull=False,
                    invite_hash=None,
                )
                | models.Q(state="ended", invite_hash=None),
            ),
        ]

    def __str__(self) -> str:
        return str(self.uid)


class TokenClaim(models.Model):
    """A card of that employee: a keyed hash, no name, no value; with a state and an end."""

    class State(models.TextChoices):
        """Whether the card may charge on this link."""

        ACTIVE = "active"
        BLOCKED = "blocked"  # by the payer: it stops at once at the managing tenant's charger

    link = models.ForeignKey(PayerLink, on_delete=models.PROTECT, related_name="claims")
    token_hmac = models.BinaryField(max_length=32)
    key_id = models.PositiveSmallIntegerField(default=1)
    state = models.CharField(max_length=10, choices=State.choices, default=State.ACTIVE)
    blocked_at = models.DateTimeField(null=True)  # what began before it is judged without it
    site_uid = models.UUIDField(null=True)  # copied at admission: the constraint needs it here
    period = DateTimeRangeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["site_uid", "token_hmac"], name="token_claim_lookup")]
        constraints = [
            models.UniqueConstraint(fields=["link", "token_hmac"], name="token_claim_key"),
            ExclusionConstraint(
                name="token_claimed_once_per_site",
                expressions=[
                    ("site_uid", RangeOperators.EQUAL),
                    ("token_hmac", RangeOperators.EQUAL),
                    ("period", RangeOperators.OVERLAPS),
                ],
            ),
        ]

    def __str__(self) -> str:
        return str(self.link_id)
