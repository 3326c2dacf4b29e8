"""Reads of id tokens, and the decision on one."""

import datetime as dt
import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import QuerySet

from apps.accounts.queries import Payer, find_payer
from apps.cards.models import IdToken
from apps.core.refused import NotFound
from apps.core.tokens import normalise_token

ACCEPTED = "Accepted"
BLOCKED = "Blocked"
EXPIRED = "Expired"
INVALID = "Invalid"


@dataclass(frozen=True, slots=True)
class Place:
    """Where a card is held up."""

    station_id: int
    identity: str
    site_id: int
    site_uid: uuid.UUID


@dataclass(frozen=True, slots=True)
class Decision:
    """What a card may do at a place at a moment.

    `status` is an OCPP 1.6 word; `reason` the finer cause, for us only: a station would cache
    "Blocked" with the wrong meaning. `driver_id` is the owner of an own card.
    """

    status: str
    reason: str = ""
    expires_at: dt.datetime | None = None
    group: str = ""
    driver_id: int | None = None
    is_shared: bool = False
    payer: Payer | None = None

    @property
    def is_accepted(self) -> bool:
        """Whether it may charge."""
        return self.status == ACCEPTED


def decide(*, token: str, place: Place, at: dt.datetime) -> Decision:
    """Decide on a card: an own block refuses, then the payer's claim; if both allow, it pays.

    An unknown card and one that is valid elsewhere get the same answer.
    """
    value = normalise_token(token)
    if not value:
        return Decision(INVALID, "empty")
    card = IdToken.objects.filter(value=value).first()
    if card is not None and _is_blocked(card, at):
        return Decision(BLOCKED, "blocked", driver_id=card.owner_id)
    payer = find_payer(token=value, site_uid=place.site_uid, identity=place.identity, at=at)
    driver_id = card.owner_id if card and not card.is_shared else None
    if payer is not None and payer.is_blocked:
        return Decision(BLOCKED, "blocked_by_payer", driver_id=driver_id)
    if card is None:
        return Decision(INVALID, "unknown") if payer is None else Decision(ACCEPTED, payer=payer)
    status, reason = (ACCEPTED, "") if payer else _own_verdict(card, place, at)
    return Decision(
        status,
        reason,
        expires_at=card.valid_until if payer is None else None,
        group=card.group,
        driver_id=driver_id,
        is_shared=card.is_shared,
        payer=payer,
    )


def _is_blocked(card: IdToken, at: dt.datetime) -> bool:
    return card.is_blocked and (card.blocked_at is None or card.blocked_at <= at)


def _own_verdict(card: IdToken, place: Place, at: dt.datetime) -> tuple[str, str]:
    if card.valid_until is not None and card.valid_until <= at:
        return EXPIRED, "expired"
    if card.valid_from is not None and at < card.valid_from:
        return INVALID, "not_yet_valid"
    allowed = {
        IdToken.Scope.ALL: True,
        IdToken.Scope.SITES: place.site_id in card.site_ids,
        IdToken.Scope.STATIONS: place.station_id in card.station_ids,
    }
    return (ACCEPTED, "") if allowed[IdToken.Scope(card.scope)] else (INVALID, "not_here")


def list_id_tokens(*, owner_id: int | None = None) -> QuerySet[IdToken]:
    """Return the cards of the bound tenant, or those of one person, oldest first."""
    cards = IdToken.objects.select_related("owner").order_by("pk")
    return cards if owner_id is None else cards.filter(owner_id=owner_id)


def get_id_token(
    *, card_id: int | None = None, token: str = "", is_locked: bool = False
) -> IdToken:
    """Return a card by its number, or by what it carries; locked until the transaction ends.

    :raises NotFound: there is no such card in this tenant.
    """
    wanted = {"pk": card_id} if card_id is not None else {"value": normalise_token(token)}
    rows = IdToken.objects.select_for_update() if is_locked else IdToken.objects.all()
    card = rows.filter(**wanted).first()
    if card is None:
        raise NotFound("token_unknown", "There is no such card in this tenant.", field="token")
    return card


def find_groups(*, tokens: Sequence[str]) -> dict[str, str]:
    """Return the groups of normalised tokens; cards without a group are absent."""
    rows = IdToken.objects.filter(value__in=list(tokens)).exclude(group="")
    return dict(rows.values_list("value", "group"))
