"""What a person should know of: guessed cards, foreign transactions."""

import datetime as dt
from typing import Any

from apps.core.tokens import mask_token
from apps.stations.models import SecurityEvent


def alarm_card(
    *, station_id: int, kind: str, token: str, at: dt.datetime, reason: str = ""
) -> None:
    """Keep that a card was refused, masked: a row of them is somebody guessing."""
    alarm(station_id, kind, at, token=mask_token(token), reason=reason)


def alarm(station_id: int, kind: str, at: dt.datetime, **detail: Any) -> None:
    """Keep a security event of a station."""
    SecurityEvent.objects.create(station_id=station_id, at=at, kind=kind, detail=detail)
