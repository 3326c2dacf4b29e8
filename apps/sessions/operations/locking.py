"""Advisory locks: one transaction of a station at a time, and one start of a card."""

from django.db import connection


def lock_station(station_id: int) -> None:
    """Wait until no other transaction of this station runs; held until the commit."""
    _lock(f"station/{station_id}")


def lock_card(token: str) -> None:
    """Wait until no other start of this card runs; taken after the station's lock only."""
    _lock(f"card/{token}")


def _lock(name: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_advisory_xact_lock(hashtextextended(current_schema() || '/' || %s, 0))",
            [name],
        )
