"""Reads of people, rights and payer links."""

import datetime as dt
import hashlib
import uuid
from dataclasses import dataclass

from django.db.models import Count, Q, QuerySet

from apps.accounts.access import Access, Level
from apps.accounts.models import AccessGrant, Membership, PayerLink, SiteOwner, TokenClaim, User
from apps.core import binding
from apps.core.refused import NotFound
from apps.core.tokens import token_hmac
from apps.tenants.models import Tenant


@dataclass(frozen=True, slots=True)
class Payer:
    """Who pays: no name, no token. `is_blocked`: the payer has blocked the card."""

    link_id: int
    link_uid: uuid.UUID
    tenant_id: int
    is_blocked: bool = False


def get_access(*, user_id: int, now: dt.datetime) -> Access:
    """Return a person's rights in the bound tenant."""
    schema = binding.require()
    roles = Membership.objects.filter(
        user_id=user_id, user__is_active=True, tenant__schema_name=schema
    ).values_list("role", flat=True)
    owned = SiteOwner.objects.filter(
        user_id=user_id, user__is_active=True, tenant__schema_name=schema, period__contains=now
    ).values_list("site_uid", flat=True)
    granted: dict[uuid.UUID, Level] = {}
    for uid, level in (
        AccessGrant.objects.filter(
            Q(until=None) | Q(until__gt=now),
            user_id=user_id,
            user__is_active=True,
            tenant__schema_name=schema,
            ended_at=None,
        )
        .values_list("site_uid", "level")
        .order_by("level")
    ):
        granted[uid] = Level(level)
    return Access(user_id=user_id, roles=frozenset(roles), owned=frozenset(owned), granted=granted)


def find_user(*, email: str) -> User | None:
    """Return the person with an e-mail address, or None."""
    return User.objects.filter(email=email.strip().lower()).first()


def get_member(*, email: str, role: str = "") -> User:
    """Return a person who is a member of the bound tenant.

    :raises NotFound: nobody here has that address (and role).
    """
    wanted = Membership.objects.filter(
        user__email=email.strip().lower(), tenant__schema_name=binding.require()
    )
    if role:
        wanted = wanted.filter(role=role)
    row = wanted.select_related("user").first()
    if row is None:
        what = f"{role} " if role else "person "
        raise NotFound(
            "person_unknown",
            f"No {what}with the address {email} in this tenant; make one with create_user.",
            field="email",
        )
    return row.user


def invite_hash(code: str) -> bytes:
    """Return what is kept of an invite code; case, dashes and spaces do not count."""
    bare = "".join(code.split()).replace("-", "").upper()
    return hashlib.sha256(bare.encode()).digest()


def find_invite(*, code: str, employee_id: int, token: str, now: dt.datetime) -> uuid.UUID | None:
    """Return the link whose pending invite of the bound tenant has this code, employee and card."""
    links = PayerLink.objects.filter(
        paying_tenant__schema_name=binding.require(),
        state=PayerLink.State.PENDING,
        invite_hash=invite_hash(code),
        invite_until__gt=now,
        employee_id=employee_id,
        claims__token_hmac=token_hmac(token),
    )
    return links.values_list("uid", flat=True).first()


def find_owner(*, site_uid: uuid.UUID, now: dt.datetime) -> int | None:
    """Return the person who owns a site now, or who administers the organisation that does."""
    owner = SiteOwner.objects.filter(site_uid=site_uid, period__contains=now).first()
    if owner is None:
        return None
    return owner.user_id or _first_member(tenant_id=owner.organisation_id or 0)


def find_owner_name(*, site_uid: uuid.UUID, now: dt.datetime) -> str:
    """Return what the owner of a site is called, a person or an organisation, or nothing."""
    owner = (
        SiteOwner.objects.select_related("user", "organisation")
        .filter(site_uid=site_uid, period__contains=now, tenant__schema_name=binding.require())
        .first()
    )
    if owner is None:
        return ""
    return owner.user.get_short_name() if owner.user else getattr(owner.organisation, "name", "")


def find_manager() -> int | None:
    """Return a person who may act for the bound tenant: its first administrator or installer."""
    tenant = Tenant.objects.get(schema_name=binding.require())
    return _first_member(tenant_id=tenant.pk, role="administrator") or _first_member(
        tenant_id=tenant.pk, role="installer"
    )


def _first_member(*, tenant_id: int, role: str = "administrator") -> int | None:
    rows = Membership.objects.filter(tenant_id=tenant_id, role=role, user__is_active=True)
    return rows.order_by("pk").values_list("user_id", flat=True).first()


def list_employees() -> list[tuple[int, str]]:
    """Return the employees of the bound tenant: id and name, by name."""
    people = User.objects.filter(
        is_active=True,
        memberships__tenant__schema_name=binding.require(),
        memberships__role="employee",
    ).distinct()
    return sorted(
        ((user.pk, user.get_short_name()) for user in people), key=lambda row: row[1].casefold()
    )


def find_payer(*, token: str, site_uid: uuid.UUID, identity: str, at: dt.datetime) -> Payer | None:
    """Return the payer of a token at a site at a moment; at most one can exist."""
    row = (
        TokenClaim.objects.filter(
            Q(link__station=None) | Q(link__station__identity=identity),
            site_uid=site_uid,
            token_hmac=token_hmac(token),
            period__contains=at,
        )
        .values_list("link_id", "link__uid", "link__paying_tenant_id", "state", "blocked_at")
        .first()
    )
    if row is None:
        return None
    link_id, link_uid, tenant_id, state, since = row
    is_blocked = state == TokenClaim.State.BLOCKED and (since is None or since <= at)
    return Payer(link_id, link_uid, tenant_id, is_blocked=is_blocked)


def get_payer(*, link_id: int) -> Payer:
    """Return the payer of a link, whatever its state now."""
    row = PayerLink.objects.values_list("pk", "uid", "paying_tenant_id").get(pk=link_id)
    return Payer(*row)


def list_site_links(*, site_uids: list[uuid.UUID]) -> QuerySet[PayerLink]:
    """Return the admitted links of sites, for their owner: which organisation, since when.

    `cards` says for how many cards; which ones, nobody but the payer can read from a claim.
    """
    return (
        PayerLink.objects.select_related("paying_tenant", "station", "admitted_by")
        .annotate(cards=Count("claims"))
        .filter(site_uid__in=site_uids)
        .order_by("-valid_from")
    )


def list_own_links() -> QuerySet[PayerLink]:
    """Return the bound tenant's own links (it is the payer)."""
    return (
        PayerLink.objects.select_related("employee", "station")
        .filter(paying_tenant__schema_name=binding.require())
        .order_by("pk")
    )


def list_site_grants(*, site_uids: list[uuid.UUID], now: dt.datetime) -> QuerySet[AccessGrant]:
    """Return who was given a look at sites of the bound tenant, still valid."""
    return (
        AccessGrant.objects.select_related("user", "granted_by")
        .filter(
            Q(until=None) | Q(until__gt=now),
            tenant__schema_name=binding.require(),
            site_uid__in=site_uids,
            ended_at=None,
        )
        .order_by("site_uid", "-level")
    )
