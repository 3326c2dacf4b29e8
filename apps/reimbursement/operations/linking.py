"""Link a payer to a card at a station, over the tenants it takes.

Runs unbound: first the payer invites and agrees, then the owner admits, each in a transaction of
the tenant it belongs to. An admission that fails takes back an invite that this run made; nothing
is paid on a link that nobody admitted, so a run that was killed is simply run again.
"""

import datetime as dt
import uuid
from dataclasses import dataclass
from decimal import Decimal
from zoneinfo import ZoneInfo

from apps.accounts.operations import admit_payer, end_payer
from apps.accounts.queries import find_invite, find_manager, find_owner, find_payer, get_member
from apps.cards.operations import offer_payment
from apps.cdrs.queries import Place, get_place
from apps.core.refused import NotFound, Refused
from apps.reimbursement.models import Agreement
from apps.reimbursement.operations.agreements import agree, check_figure
from apps.tenants.bridge import run_in_tenant


@dataclass(frozen=True, slots=True)
class Wish:
    """Who pays for which card where; `payer` and `managing` are schemas."""

    payer: str
    managing: str
    station: str
    employee: str  # e-mail address
    token: str
    code: str
    rate_eur_per_kwh: Decimal


@dataclass(frozen=True, slots=True)
class Linked:
    """What came of it."""

    link_uid: uuid.UUID
    agreement_id: int
    station: str
    admitted_by: int


def link_payer(*, wish: Wish, now: dt.datetime) -> Linked:
    """Make a payer link with its agreement, admitted by the site's owner.

    A pending invite with this code is redeemed; otherwise the invite is made with it and admitted
    at once, for the registered owner of the site, or for the managing tenant where none is.

    :raises NotFound: the station is not the managing tenant's, or the employee not the payer's.
    :raises Refused: nobody can admit, somebody pays for the card there already, or the code or
        rate is not usable.
    """
    if not wish.code.strip():
        raise Refused("invite_missing", "Give the invite code.", field="invite")
    check_figure(wish.rate_eur_per_kwh, "rate")
    place = run_in_tenant(wish.managing, get_place, identity=wish.station)
    employee_id = run_in_tenant(wish.payer, _employee, email=wish.employee, payer=wish.payer)
    owner_id = run_in_tenant(wish.managing, _admitter, wish=wish, place=place, now=now)
    promise = run_in_tenant(
        wish.payer, _promise, wish=wish, place=place, employee_id=employee_id, now=now
    )
    try:
        run_in_tenant(
            wish.managing,
            admit_payer,
            code=wish.code,
            site_uid=place.site_uid,
            owner_id=owner_id,
            now=now,
            identity=place.identity,
        )
    except Exception:
        if promise.is_new:
            run_in_tenant(wish.payer, end_payer, link_uid=promise.link_uid, now=now)
        raise
    return Linked(promise.link_uid, promise.agreement_id, place.identity, owner_id)


@dataclass(frozen=True, slots=True)
class _Promise:
    """What the payer is bound to once the owner admits it; `is_new`: this run made the invite."""

    link_uid: uuid.UUID
    agreement_id: int
    is_new: bool


def _promise(*, wish: Wish, place: Place, employee_id: int, now: dt.datetime) -> _Promise:
    """Invite and agree in one transaction; what a run that broke off has agreed is taken up."""
    found = find_invite(code=wish.code, employee_id=employee_id, token=wish.token, now=now)
    link_uid = found or _invite(wish, employee_id, now)
    agreement_id = _agreed(link_uid, wish.rate_eur_per_kwh)
    if agreement_id is None:
        agreement_id = agree(
            link_uid=link_uid,
            valid_from=now.astimezone(ZoneInfo(place.time_zone)).date(),
            rate_eur_per_kwh=wish.rate_eur_per_kwh,
            now=now,
        )
    return _Promise(link_uid, agreement_id, is_new=found is None)


def _agreed(link_uid: uuid.UUID, rate_eur_per_kwh: Decimal) -> int | None:
    """Return the agreement at this rate that an earlier run left on a link, or None."""
    found = Agreement.objects.filter(
        link__uid=link_uid, period__endswith=None, rates__rate_eur_per_kwh=rate_eur_per_kwh
    )
    return found.values_list("pk", flat=True).first()


def _invite(wish: Wish, employee_id: int, now: dt.datetime) -> uuid.UUID:
    link_uid, _ = offer_payment(
        employee_id=employee_id, tokens=[wish.token], code=wish.code, now=now
    )
    return link_uid


def _employee(*, email: str, payer: str) -> int:
    try:
        return get_member(email=email).pk
    except NotFound as error:
        raise NotFound(
            "employee_unknown",
            f"{email} is nobody in {payer}; make them one with create_user --tenant {payer} "
            f"--role employee --email {email}.",
            field="employee",
        ) from error


def _admitter(*, wish: Wish, place: Place, now: dt.datetime) -> int:
    payer = find_payer(token=wish.token, site_uid=place.site_uid, identity=place.identity, at=now)
    if payer is not None:
        raise Refused(
            "card_already_claimed",
            "Somebody pays for this card at this site already; end that link first.",
            field="token",
        )
    owner_id = find_owner(site_uid=place.site_uid, now=now) or find_manager()
    if owner_id is None:
        raise Refused(
            "owner_missing",
            f"Nobody can admit a payer at {place.identity}: its site has no owner and "
            f"{wish.managing} has no administrator. Make one with create_user --tenant "
            f"{wish.managing} --role administrator.",
            field="station",
        )
    return owner_id
