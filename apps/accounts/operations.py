"""Writes of people, rights and payer links."""

import datetime as dt
import secrets
import uuid
from collections.abc import Sequence

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import IntegrityError, connection, transaction
from psycopg.types.range import Range

from apps.accounts.access import ROLES, Level
from apps.accounts.models import AccessGrant, Membership, PayerLink, SiteOwner, TokenClaim, User
from apps.accounts.queries import find_user, invite_hash
from apps.audit.operations import record
from apps.core import binding
from apps.core.bounds import bounded
from apps.core.events import emit
from apps.core.refused import NotFound, Refused
from apps.core.tokens import KEY_ID, read_token, token_hmac
from apps.tenants.models import DirectoryEntry, Tenant

INVITE_DAYS = 14
CARDS_CHANNEL = "laadboek_cards"  # NOTIFY: cached decisions of a site die at once
_ALPHABET = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"  # no letter that looks like a digit


def _tenant() -> Tenant:
    return Tenant.objects.get(schema_name=binding.require())


def _address(text: str) -> str:
    email = bounded(text, longest=254, field="email")
    try:
        validate_email(email)
    except ValidationError as error:
        raise Refused("email_illegal", f"{email!r} is no e-mail address.", field="email") from error
    return email


def _taken(email: str) -> Refused:
    return Refused("email_taken", f"Somebody has the address {email} already.", field="email")


def _new_user(email: str, secret: str, name: str) -> User:
    try:
        with transaction.atomic():
            return User.objects.create_user(email, secret, name=name)
    except IntegrityError as error:  # the same person, made beside us
        raise _taken(email) from error


def create_user(
    *, email: str, role: str, name: str = "", password: str | None = None
) -> tuple[int, str]:
    """Make a person a member of the bound tenant; returns the id and a new password, or "".

    A person who exists keeps their password. The password is shown once.

    :raises Refused: the address or the role is not usable, the person has that role already, or
        is being made at this moment.
    """
    name = bounded(name, longest=120, field="name")
    email = _address(email)
    if role not in ROLES:
        raise Refused("role_unknown", f"{role!r} is not one of {', '.join(ROLES)}.", field="role")
    user, secret = find_user(email=email), ""
    if user is None:
        secret = password or secrets.token_urlsafe(12)
        user = _new_user(email, secret, name)
    _, is_new = Membership.objects.get_or_create(user=user, tenant=_tenant(), role=role)
    if not is_new:
        raise Refused("role_held", f"{email} has the role {role} here already.", field="role")
    record("accounts.user.created", subject=f"user:{user.pk}", after={"role": role})
    return user.pk, secret


def set_language(*, user_id: int, language: str) -> None:
    """Remember the language a person reads in; an empty one leaves it to the browser."""
    User.objects.filter(pk=user_id).update(language=language)


def set_password(*, user: User, password: str) -> None:
    """Give a person another password, which was checked already."""
    user.set_password(password)
    user.save(update_fields=["password"])
    record("accounts.password.changed", subject=f"user:{user.pk}")


def create_person(*, email: str, name: str, password: str | None = None) -> tuple[int, str]:
    """Make a person without a role anywhere, such as the owner of a site; the password is new.

    :raises Refused: the address is not usable, or somebody has it already.
    """
    name = bounded(name, longest=120, field="name")
    email = _address(email)
    if find_user(email=email) is not None:
        raise _taken(email)
    secret = password or secrets.token_urlsafe(12)
    user = _new_user(email, secret, name)
    record("accounts.person.created", subject=f"user:{user.pk}")
    return user.pk, secret


def own_site(*, site_uid: uuid.UUID, user_id: int, now: dt.datetime) -> None:
    """Make a person the owner of a site of the bound tenant, from now on."""
    row = (
        SiteOwner.objects.select_for_update()
        .filter(site_uid=site_uid, period__contains=now)
        .first()
    )
    if row is not None:
        row.period = Range(row.period.lower, now)
        row.save(update_fields=["period"])
    SiteOwner.objects.create(
        site_uid=site_uid, tenant=_tenant(), user_id=user_id, period=Range(now, None)
    )
    record("accounts.site.owned", subject=f"site:{site_uid}", after={"owner": user_id})


def grant_access(
    *,
    site_uid: uuid.UUID,
    user_id: int,
    level: Level,
    reason: str,
    until: dt.datetime | None,
    granted_by: int | None,
) -> int:
    """Let a person see one site of the bound tenant at a level.

    :raises Refused: no reason was given.
    """
    if not reason.strip():
        raise Refused("reason_empty", "Say why this person needs access.", field="reason")
    grant = AccessGrant.objects.create(
        user_id=user_id,
        tenant=_tenant(),
        site_uid=site_uid,
        level=int(level),
        until=until,
        reason=reason.strip(),
        granted_by_id=granted_by,
    )
    record(
        "accounts.access.granted",
        subject=f"site:{site_uid}",
        after={"user": user_id, "level": level.name, "until": until.isoformat() if until else None},
    )
    return grant.pk


def revoke_access(*, grant_id: int, site_uids: Sequence[uuid.UUID], now: dt.datetime) -> None:
    """End a grant on one of the given sites.

    :raises NotFound: there is no such open grant.
    """
    changed = AccessGrant.objects.filter(
        pk=grant_id, tenant=_tenant(), site_uid__in=list(site_uids), ended_at=None
    ).update(ended_at=now)
    if not changed:
        raise NotFound("grant_unknown", "This access has ended already.")
    record("accounts.access.revoked", subject=f"grant:{grant_id}")


def invite_payer(
    *, employee_id: int, tokens: Sequence[str], now: dt.datetime, code: str = ""
) -> tuple[uuid.UUID, str]:
    """Offer to pay for an employee's cards; the code is returned once and its hash kept 14 days.

    Without a code of the caller's own choice a random one is made.

    :raises Refused: no token was given or one cannot be a card, or the code is in use.
    """
    if not tokens:
        raise Refused("token_missing", "Name at least one card.", field="token")
    cards = [read_token(token) for token in tokens]
    code = code or "".join(secrets.choice(_ALPHABET) for _ in range(12))
    link = PayerLink(
        paying_tenant=_tenant(),
        employee_id=employee_id,
        invite_hash=invite_hash(code),
        invite_until=now + dt.timedelta(days=INVITE_DAYS),
    )
    try:
        with transaction.atomic():
            link.save()
    except IntegrityError as error:
        raise Refused(
            "invite_taken", "This code is in use; choose another one.", field="invite"
        ) from error
    TokenClaim.objects.bulk_create(
        TokenClaim(link=link, token_hmac=token_hmac(token), key_id=KEY_ID) for token in cards
    )
    record("accounts.payer.invited", subject=f"link:{link.uid}", after={"employee": employee_id})
    return link.uid, f"{code[:4]}-{code[4:8]}-{code[8:]}"


def admit_payer(
    *, code: str, site_uid: uuid.UUID, owner_id: int, now: dt.datetime, identity: str | None = None
) -> uuid.UUID:
    """Let the owner of a site admit a payer by its code; bound to the site's managing tenant.

    The door has checked that owner_id holds owner rights on the site.

    :raises Refused: the code is unknown, used or too old; or a card is claimed there already.
    :raises NotFound: the station is not one of this tenant.
    """
    link = (
        PayerLink.objects.select_for_update()
        .filter(state=PayerLink.State.PENDING, invite_hash=invite_hash(code), invite_until__gt=now)
        .first()
    )
    if link is None:
        raise Refused(
            "invite_unknown",
            "This code is unknown, used or older than 14 days. Ask the employer for a new one.",
            field="invite",
        )
    link.state, link.invite_hash = PayerLink.State.ACTIVE, None
    link.site_uid, link.admitted_by_id, link.valid_from = site_uid, owner_id, now
    if identity is not None:
        link.station = _own_station(identity)
    try:
        with transaction.atomic():
            link.save()
            link.claims.update(site_uid=site_uid, period=Range(now, None))
    except IntegrityError as error:
        raise Refused(
            "card_already_claimed",
            "Another payer already pays for one of these cards at this site. "
            "End that access first, then enter the code again.",
            field="invite",
        ) from error
    record("accounts.payer.admitted", subject=f"link:{link.uid}", after={"site": str(site_uid)})
    _cards_changed(site_uid)
    return link.uid


def _own_station(identity: str) -> DirectoryEntry:
    entry = DirectoryEntry.objects.filter(identity=identity, tenant=_tenant()).first()
    if entry is None:
        raise NotFound("station_unknown", f"There is no station {identity} here.", field="station")
    return entry


def end_payer(*, link_uid: uuid.UUID, now: dt.datetime) -> None:
    """End a link; what started before stays with it. Either side may do it (the door checks).

    :raises NotFound: there is no such link.
    """
    link = PayerLink.objects.select_for_update().filter(uid=link_uid).first()
    if link is None or link.state == PayerLink.State.ENDED:
        raise NotFound("link_unknown", "This payer link has ended already.")
    link.state, link.valid_to, link.invite_hash = PayerLink.State.ENDED, now, None
    link.save()
    link.claims.exclude(period=None).update(period=Range(link.valid_from, now))
    record("accounts.payer.ended", subject=f"link:{link_uid}")
    if link.site_uid is not None:
        _cards_changed(link.site_uid)


def set_claim_state(*, token: str, blocked: bool, now: dt.datetime) -> int:
    """Block or free a card on every link of the bound (paying) tenant; returns how many claims.

    A block holds from `now` on: what an offline charger tells of earlier is still paid.
    """
    claims = TokenClaim.objects.filter(
        link__paying_tenant__schema_name=binding.require(), token_hmac=token_hmac(token)
    )
    state = TokenClaim.State.BLOCKED if blocked else TokenClaim.State.ACTIVE
    sites = {uid for uid in claims.values_list("site_uid", flat=True) if uid is not None}
    turned = claims.exclude(state=state)
    links = list(turned.order_by("link_id").values_list("link__uid", flat=True))
    changed = turned.update(state=state, blocked_at=now if blocked else None)
    for link_uid in links:
        record("accounts.claim.state", subject=f"link:{link_uid}", after={"state": state})
    for site_uid in sites:
        _cards_changed(site_uid)
    return changed


def _cards_changed(site_uid: uuid.UUID) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_notify(%s, %s)", [CARDS_CHANNEL, str(site_uid)])
    emit("accounts.cards_changed", site_uid=str(site_uid))
