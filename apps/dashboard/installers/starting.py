"""What the form of a start offers: cards and connectors, and which of them are busy."""

from dataclasses import dataclass

from django.db.models import QuerySet

from apps.accounts.access import Access
from apps.cards.models import IdToken
from apps.cards.queries import list_id_tokens
from apps.core import clock
from apps.dashboard import formats
from apps.dashboard.installers.facts import ConnectorFact, StationFact
from apps.sessions.models import Session

CARDS_SHOWN = 200


@dataclass(frozen=True, slots=True)
class CardChoice:
    """A card that may charge here, masked; a busy one would be refused."""

    id: int
    name: str
    is_busy: bool


@dataclass(frozen=True, slots=True)
class ConnectorChoice:
    """A connector; on a busy one a session runs."""

    connector: ConnectorFact
    is_busy: bool


def list_cards(station: StationFact, access: Access) -> list[CardChoice]:
    """Return the cards that may charge here.

    A guest of the site sees those that are meant for it: the others are the tenant's own.
    """
    now, is_guest = clock.now(), access.tenant_level is None
    busy = set(_open_sessions().filter(station__is_online=True).values_list("id_token", flat=True))
    found = []
    for card in list_id_tokens().filter(is_blocked=False):
        allowed = {
            IdToken.Scope.ALL: not is_guest,
            IdToken.Scope.SITES: station.site_id in card.site_ids,
            IdToken.Scope.STATIONS: station.id in card.station_ids,
        }[IdToken.Scope(card.scope)]
        if allowed and (card.valid_until is None or card.valid_until > now):
            holder = card.owner.get_short_name() if card.owner else card.label
            name = f"{formats.card(card.spelling)} {holder}".strip()
            found.append(CardChoice(card.pk, name, card.value in busy))
    return found[:CARDS_SHOWN]


def list_connectors(station: StationFact) -> list[ConnectorChoice]:
    """Return the connectors of a station."""
    rows = _open_sessions().filter(station=station.id)
    busy = set(rows.values_list("evse_number", "connector_number"))
    return [ConnectorChoice(c, (c.evse, c.number) in busy) for c in station.connectors]


def _open_sessions() -> QuerySet[Session]:
    return Session.objects.filter(state=Session.State.ACTIVE)
