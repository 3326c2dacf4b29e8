"""What somebody who does not manage a site sees of its stations."""

import uuid
from dataclasses import dataclass

from apps.stations.models import Connector, Station


@dataclass(frozen=True, slots=True)
class StationNow:
    """A station at this moment: what it does (worst first) and its power in W, if it charges."""

    identity: str
    state: str  # offline, faulted, charging, occupied, available, unknown
    power_w: int | None


def list_site_stations(*, site_uid: uuid.UUID) -> list[StationNow]:
    """Return a site's stations by identity."""
    connectors: dict[int, list[Connector]] = {}
    rows = Connector.objects.select_related("evse").filter(evse__station__site__uid=site_uid)
    for row in rows:
        connectors.setdefault(row.evse.station_id, []).append(row)
    return [
        _now(station, connectors.get(station.pk, []))
        for station in Station.objects.filter(site__uid=site_uid)
    ]


def _now(station: Station, connectors: list[Connector]) -> StationNow:
    if not station.is_online:
        return StationNow(station.identity, "offline", None)
    charging = [row for row in connectors if row.charging_state == "charging"]
    power = sum(row.power_w or 0 for row in charging) if charging else None
    found = {row.occupancy for row in connectors}
    state = "charging" if charging else "unknown"
    for word in ("faulted", "occupied", "available"):
        if word in found and state == "unknown":
            state = word
    return StationNow(station.identity, "faulted" if "faulted" in found else state, power)
