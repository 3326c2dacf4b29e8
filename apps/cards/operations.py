"""Writes of id tokens."""

import datetime as dt
import uuid
from collections.abc import Sequence

from django.db import IntegrityError, connection, transaction

from apps.accounts.operations import invite_payer, set_claim_state
from apps.accounts.queries import get_member
from apps.audit.operations import record
from apps.cards.models import IdToken
from apps.cards.queries import get_id_token
from apps.core.bounds import bounded
from apps.core.events import emit
from apps.core.refused import Refused
from apps.core.tokens import mask_token, normalise_token, read_token
from apps.sites.models import Site
from apps.stations.models import Station

CARDS_CHANNEL = "laadboek_cards"  # NOTIFY: decisions that a station door has cached die at once


def create_id_token(
    *,
    token: str,
    label: str = "",
    email: str = "",
    group: str = "",
    valid_from: dt.datetime | None = None,
    valid_until: dt.datetime | None = None,
    is_shared: bool = False,
) -> int:
    """Let a card charge at all stations of the bound tenant; returns its number.

    A shared card is one fixed number for everybody (an energy manager's): its sessions name no
    driver.

    :raises Refused: the token is empty, illegal or here already, or the validity is empty.
    :raises NotFound: `email` is nobody's address in this tenant.
    """
    spelling, label = read_token(token), bounded(label, longest=80, field="label")
    _check_validity(valid_from, valid_until)
    owner = get_member(email=email) if email.strip() else None
    try:
        with transaction.atomic():
            card = IdToken.objects.create(
                value=normalise_token(spelling),
                spelling=spelling,
                label=label.strip(),
                owner=owner,
                group=normalise_token(group),
                is_shared=is_shared,
                valid_from=valid_from,
                valid_until=valid_until,
            )
    except IntegrityError as error:
        raise Refused(
            "token_exists", f"The card {mask_token(token)} is here already.", field="token"
        ) from error
    record(
        "cards.token.created",
        subject=f"card:{card.pk}",
        after={"token": mask_token(token), "owner": owner.pk if owner else None},
    )
    _changed()
    return card.pk


def _check_validity(valid_from: dt.datetime | None, valid_until: dt.datetime | None) -> None:
    if valid_from is not None and valid_until is not None and valid_until <= valid_from:
        raise Refused(
            "validity_empty", "The end of the validity lies before its begin.", field="valid_until"
        )


def set_blocked(*, card_id: int, blocked: bool, now: dt.datetime) -> None:
    """Block a card or let it charge again, at once: here, and wherever this tenant pays for it.

    :raises NotFound: there is no such card in this tenant.
    """
    card = get_id_token(card_id=card_id, is_locked=True)
    set_claim_state(token=card.value, blocked=blocked, now=now)
    if card.is_blocked == blocked:
        return
    card.is_blocked, card.blocked_at = blocked, now if blocked else None
    card.save(update_fields=["is_blocked", "blocked_at"])
    action = "cards.token.blocked" if blocked else "cards.token.unblocked"
    record(action, subject=f"card:{card.pk}")
    _changed()


def offer_payment(
    *, employee_id: int, tokens: Sequence[str], now: dt.datetime, code: str = ""
) -> tuple[uuid.UUID, str]:
    """Offer to pay for an employee's cards; one that is blocked here stays blocked there.

    Returns the link and the invite code, as `accounts.operations.invite_payer` does.

    :raises Refused: no token was given, or the code is in use.
    """
    values = [normalise_token(token) for token in tokens]
    # locked before the claims are made: a block either sees them, or is seen here
    cards = list(IdToken.objects.select_for_update().filter(value__in=values).order_by("pk"))
    offered = invite_payer(employee_id=employee_id, tokens=tokens, now=now, code=code)
    for card in cards:
        if card.is_blocked:
            set_claim_state(token=card.value, blocked=True, now=now)
    return offered


def set_validity(
    *, card_id: int, valid_from: dt.datetime | None, valid_until: dt.datetime | None
) -> None:
    """Set from when and until when (excluded) a card may charge; None is no limit.

    :raises NotFound: there is no such card in this tenant.
    :raises Refused: the end lies before the begin.
    """
    _check_validity(valid_from, valid_until)
    card = get_id_token(card_id=card_id)
    before = _validity(card)
    card.valid_from, card.valid_until = valid_from, valid_until
    card.save(update_fields=["valid_from", "valid_until"])
    record(
        "cards.token.validity",
        subject=f"card:{card.pk}",
        before=before,
        after=_validity(card),
    )
    _changed()


def _validity(card: IdToken) -> dict[str, str | None]:
    return {
        "from": card.valid_from.isoformat() if card.valid_from else None,
        "until": card.valid_until.isoformat() if card.valid_until else None,
    }


def set_scope(
    *,
    card_id: int,
    scope: str,
    site_ids: Sequence[int] = (),
    station_ids: Sequence[int] = (),
) -> None:
    """Set where a card may charge; an empty list of places means nowhere.

    :raises NotFound: there is no such card in this tenant.
    :raises Refused: the scope is no scope, or a place is not one of this tenant.
    """
    if scope not in IdToken.Scope.values:
        raise Refused("scope_unknown", "Choose all, sites or stations.", field="scope")
    card = get_id_token(card_id=card_id)
    wanted_sites, wanted_stations = sorted(set(site_ids)), sorted(set(station_ids))
    if Site.objects.filter(pk__in=wanted_sites).count() != len(wanted_sites):
        raise Refused("site_unknown", "One of these sites does not exist here.", field="sites")
    if Station.objects.filter(pk__in=wanted_stations).count() != len(wanted_stations):
        raise Refused(
            "station_unknown", "One of these stations does not exist here.", field="stations"
        )
    before = {"scope": card.scope, "sites": card.site_ids, "stations": card.station_ids}
    card.scope, card.site_ids, card.station_ids = scope, wanted_sites, wanted_stations
    card.save(update_fields=["scope", "site_ids", "station_ids"])
    after = {"scope": scope, "sites": wanted_sites, "stations": wanted_stations}
    record("cards.token.scope", subject=f"card:{card.pk}", before=before, after=after)
    _changed()


def _changed() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_notify(%s, current_schema())", [CARDS_CHANNEL])
    emit("cards.changed")
