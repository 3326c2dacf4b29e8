"""Id tokens, as REST shows them: masked."""

import datetime as dt
from dataclasses import dataclass

from django.db.models import QuerySet

from apps.api.paging import Page
from apps.cards.models import IdToken
from apps.core.refused import NotFound
from apps.core.tokens import mask_token


@dataclass(frozen=True, slots=True)
class IdTokenRow:
    """A card without what it carries."""

    row_id: int
    id: int
    token: str
    label: str
    owner: str | None
    blocked: bool
    valid_from: dt.datetime | None
    valid_until: dt.datetime | None
    scope: str
    created_at: dt.datetime


def _cards() -> QuerySet[IdToken]:
    return IdToken.objects.select_related("owner").order_by("pk")


def list_cards(*, page: Page) -> list[IdTokenRow]:
    """Return cards, oldest first, one more than the page holds."""
    return [_row(card) for card in _cards().filter(pk__gt=page.after)[: page.limit + 1]]


def get_card(*, card_id: int) -> IdTokenRow:
    """Return a card.

    :raises NotFound: it is not this tenant's.
    """
    card = _cards().filter(pk=card_id).first()
    if card is None:
        raise NotFound("token_unknown", "There is no such card here.")
    return _row(card)


def _row(card: IdToken) -> IdTokenRow:
    return IdTokenRow(
        row_id=card.pk,
        id=card.pk,
        token=mask_token(card.spelling),
        label=card.label,
        owner=card.owner.email if card.owner else None,
        blocked=card.is_blocked,
        valid_from=card.valid_from,
        valid_until=card.valid_until,
        scope=card.scope,
        created_at=card.created_at,
    )
