"""May this card charge here: the decision of `cards`, and this tenant's open transactions."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from apps.cards.queries import ACCEPTED, Decision, decide
from apps.core.tokens import normalise_token
from apps.sessions.constants import HOLDS_CARD, SKEW_LIMIT
from apps.sessions.models import Session
from apps.sessions.operations.alarms import alarm_card
from apps.sessions.queries import get_station_facts

CONCURRENT = "ConcurrentTx"


@dataclass(frozen=True, slots=True)
class Authorisation:
    """What a station is told about a card, in the words of OCPP 1.6."""

    status: str
    expires_at: dt.datetime | None = None
    group: str = ""


def told(decision: Decision, *, status: str = "") -> Authorisation:
    """Return what a station is told of a decision."""
    return Authorisation(status or decision.status, decision.expires_at, decision.group)


def authorise(*, station_id: int, id_token: str, now: dt.datetime) -> Authorisation:
    """Decide on a card that is held up at a station.

    The card that started a running transaction of this station may always stop it. Another own
    transaction of the card makes it concurrent, as long as that station can be heard; other
    tenants' are never looked at: that would tell where somebody charges.
    """
    station = get_station_facts(station_id=station_id)
    decision = decide(token=id_token, place=station.place, at=now)
    running = list_running(token=normalise_token(id_token))
    if any(session.station_id == station_id for session in running):
        return told(decision, status=ACCEPTED)
    if decision.is_accepted and any(_is_heard(session, now) for session in running):
        alarm_card(station_id=station_id, kind="card_elsewhere", token=id_token, at=now)
        return told(decision, status=CONCURRENT)
    if not decision.is_accepted:
        alarm_card(
            station_id=station_id,
            kind="card_refused",
            token=id_token,
            at=now,
            reason=decision.reason,
        )
    return told(decision)


def list_running(*, token: str) -> Sequence[Session]:
    """Return the open, accepted transactions of a card in the bound tenant."""
    if not token:
        return []
    rows = Session.objects.filter(id_token=token, state=Session.State.ACTIVE)
    return list(rows.select_related("station"))


def _is_heard(session: Session, now: dt.datetime) -> bool:
    """Whether the station of a running session would have told its end.

    One that went offline may have lost its vehicle long ago: its driver must not stand elsewhere
    with a refused card until somebody mends a router.
    """
    station = session.station
    sign = max(station.last_seen_at or session.start_received_at, session.start_received_at)
    return station.is_online or now <= sign + HOLDS_CARD


def is_concurrent(
    *,
    token: str,
    station_id: int,
    evse_number: int,
    started_at: dt.datetime,
    now: dt.datetime,
) -> bool:
    """Whether a card charges elsewhere at the moment of a start, at a station that is heard.

    What began after this start does not count: a backlog is not concurrent with today. On the same
    EVSE it never is: the transaction there is over, or this very one.
    """
    return any(
        (session.station_id, session.evse_number) != (station_id, evse_number)
        and session.started_at <= started_at + SKEW_LIMIT
        and _is_heard(session, now)
        for session in list_running(token=token)
    )
