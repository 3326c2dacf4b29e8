"""Who pays at a site, for its owner: the organisation and its cards, masked; never an employee."""

import datetime as dt
import uuid
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext, ngettext

from apps.accounts.queries import list_site_links
from apps.dashboard import formats
from apps.sessions.queries import list_link_tokens


@dataclass(frozen=True, slots=True)
class PayerFact:
    """One payer link; `cards` tells two of the same organisation apart."""

    uid: uuid.UUID
    name: str
    station: str
    cards: str
    is_ended: bool
    valid_from: dt.datetime
    valid_to: dt.datetime | None
    admitted_by: str


def list_payers(*, site_uid: uuid.UUID) -> list[PayerFact]:
    """Return the payers of a site, those of now first, newest first."""
    links = list(list_site_links(site_uids=[site_uid]))
    used: dict[int, set[str]] = {}
    for link_id, token in list_link_tokens(link_ids=[link.pk for link in links]):
        used.setdefault(link_id, set()).add(formats.card(token))
    facts = [_fact(link, sorted(used.get(link.pk, ()))) for link in links]
    return sorted(facts, key=lambda fact: fact.is_ended)


def _fact(link: Any, used: list[str]) -> PayerFact:
    return PayerFact(
        uid=link.uid,
        name=link.paying_tenant.name,
        station=link.station.identity if link.station else "",
        cards=_cards(used, link.cards - len(used)),
        is_ended=link.state == link.State.ENDED,
        valid_from=link.valid_from,
        valid_to=link.valid_to,
        admitted_by=link.admitted_by.get_short_name(),
    )


def _cards(used: list[str], unused: int) -> str:
    """Say which cards a payer pays for: a card is known here from when it charges."""
    known = ngettext("pas %(cards)s", "passen %(cards)s", len(used)) % {"cards": ", ".join(used)}
    if unused <= 0:
        return known
    words = ngettext(
        "%(number)s pas die nog niet laadde", "%(number)s passen die nog niet laadden", unused
    )
    rest = words % {"number": unused}
    return gettext("%(known)s en %(rest)s") % {"known": known, "rest": rest} if used else rest
