"""Link a payer to a card at a station, over the tenants it takes.

Runs unbound: each step is a transaction of the tenant it belongs to; a step that is refused takes
back what the steps before it made.
"""

import datetime as dt
import uuid
from dataclasses import dataclass
from decimal import Decimal
from zoneinfo import ZoneInfo

from apps.accounts.operations import admit_payer, end_payer
from apps.accounts.queries import find_manager, find_owner, find_payer, get_member, is_invited
from apps.cards.operations import offer_payment
from apps.cdrs.queries import Place, get_place
from apps.core.refused import NotFound, Refused
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
    made = None
    if not run_in_tenant(
        wish.payer,
        is_invited,
        code=wish.code,
        employee_id=employee_id,
        token=wish.token,
        now=now,
    ):
        made, _ = run_in_tenant(
            wish.payer,
            offer_payment,
            employee_id=employee_id,
            tokens=[wish.token],
            code=wish.code,
            now=now,
        )
    return _admit(wish=wish, place=place, owner_id=owner_id, made=made, now=now)


def _admit(
    *, wish: Wish, place: Place, owner_id: int, made: uuid.UUID | None, now: dt.datetime
) -> Linked:
    link_uid = made
    try:
        link_uid = run_in_tenant(
            wish.managing,
            admit_payer,
            code=wish.code,
            site_uid=place.site_uid,
            owner_id=owner_id,
            now=now,
            identity=place.identity,
        )
        agreement_id = run_in_tenant(
            wish.payer,
            agree,
            link_uid=link_uid,
            valid_from=now.astimezone(ZoneInfo(place.time_zone)).date(),
            rate_eur_per_kwh=wish.rate_eur_per_kwh,
            now=now,
        )
    except Refused:
        if link_uid is not None:
            run_in_tenant(wish.payer, end_payer, link_uid=link_uid, now=now)
        raise
    return Linked(link_uid, agreement_id, place.identity, owner_id)


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
