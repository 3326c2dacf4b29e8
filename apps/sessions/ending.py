"""When an open session whose stop never came is over (pure)."""

import datetime as dt
from dataclasses import dataclass

FREE_DELAY = dt.timedelta(minutes=5)  # how long a connector must have said that it is free
LEFT_DELAY = dt.timedelta(minutes=60)  # the same for a cable that is in while nothing charges
SILENCE_OFFLINE = dt.timedelta(hours=72)  # neither station nor reading gave a sign of life
SILENCE_ONLINE = dt.timedelta(days=14)  # the station lives, this transaction does not
_IDLE = frozenset({"", "ev_connected", "finishing", "idle"})


@dataclass(frozen=True, slots=True)
class OpenSession:
    """What is known of an open session, its connector and its station."""

    started_at: dt.datetime
    start_received_at: dt.datetime
    last_reading_at: dt.datetime | None = None  # by the station's clock
    last_sign_at: dt.datetime | None = None  # when a reading of it was received
    occupancy: str = "unknown"
    charging_state: str = ""
    status_at: dt.datetime | None = None
    status_received_at: dt.datetime | None = None
    station_seen_at: dt.datetime | None = None
    booted_at: dt.datetime | None = None


def over_since(session: OpenSession, *, now: dt.datetime) -> dt.datetime | None:
    """Return since when a session is presumed over, or None while it may run.

    A boot alone ends nothing: stations go on, or tell the stop afterwards.
    """
    return _left_since(session, now) or _silent_since(session, now)


def _left_since(session: OpenSession, now: dt.datetime) -> dt.datetime | None:
    """Return since when the connector says that nothing charges, if it said so for a while."""
    said_at, received_at = session.status_at, session.status_received_at
    if said_at is None or received_at is None or said_at <= session.started_at:
        return None
    if session.last_reading_at is not None and session.last_reading_at > said_at:
        return None
    is_free = session.occupancy == "available"
    is_left = session.occupancy == "occupied" and session.charging_state in _IDLE
    booted = session.booted_at is not None and session.booted_at > session.start_received_at
    delay = FREE_DELAY if is_free or (is_left and booted) else LEFT_DELAY
    return said_at if (is_free or is_left) and received_at + delay <= now else None


def _silent_since(session: OpenSession, now: dt.datetime) -> dt.datetime | None:
    """Return the last sign of life, if neither transaction nor station gave one for long."""
    sign = max(session.start_received_at, session.last_sign_at or session.start_received_at)
    seen = max(sign, session.station_seen_at or sign)
    if seen + SILENCE_OFFLINE <= now or sign + SILENCE_ONLINE <= now:
        return session.last_reading_at or session.started_at
    return None
