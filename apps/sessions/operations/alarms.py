"""What a person should know of: guessed cards, foreign transactions."""

import datetime as dt
from typing import Any

from apps.core.tokens import mask_token
from apps.stations.models import SecurityEvent
from apps.stations.operations import record_security_event

GUESSES = 20  # this many refused cards at one station …
WITHIN = dt.timedelta(minutes=10)  # … in this time are somebody guessing


def alarm_card(
    *, station_id: int, kind: str, token: str, at: dt.datetime, reason: str = ""
) -> None:
    """Keep that a card was refused, masked; a row of them raises one alarm of its own."""
    alarm(station_id, kind, at, token=mask_token(token), reason=reason)
    recent = SecurityEvent.objects.filter(station_id=station_id, at__gt=at - WITHIN, at__lte=at)
    if recent.filter(kind="card_refused").count() < GUESSES:
        return
    if not recent.filter(kind="cards_guessed").exists():
        alarm(station_id, "cards_guessed", at, cards=GUESSES)


def alarm(station_id: int, kind: str, at: dt.datetime, **detail: Any) -> None:
    """Keep a security event of a station."""
    record_security_event(station_id=station_id, kind=kind, detail=detail, now=at)
