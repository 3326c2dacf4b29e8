"""Reads of the estate."""

import datetime as dt

from apps.core.refused import NotFound
from apps.stations.models import Command, Station
from apps.tenants.identities import identity_key


def get_station_id(*, identity: str) -> int:
    """Return the id of the station with this identity, whatever its case.

    :raises NotFound: this tenant has none.
    """
    found = Station.objects.filter(identity_key=identity_key(identity.strip())).first()
    if found is None:
        raise NotFound("station_unknown", f"There is no station {identity}.", field="station")
    return found.pk


def list_queued_commands(*, station_ids: list[int], now: dt.datetime) -> list[tuple[int, int]]:
    """Return (station, command) of what still waits to be sent, oldest first."""
    rows = Command.objects.filter(
        station_id__in=station_ids, state=Command.State.QUEUED, expires_at__gt=now
    )
    return list(rows.order_by("pk").values_list("station_id", "pk"))
