"""Writes of stations and their parts."""

import datetime as dt
from dataclasses import asdict, dataclass
from typing import Any

from django.db import transaction

from apps.audit import operations as audit
from apps.core.events import emit
from apps.sites.operations import get_or_create_site
from apps.stations.models import Connector, Evse, SecurityEvent, Station
from apps.stations.operations.commands import confirm_commands
from apps.tenants.identities import identity_key
from apps.tenants.operations import SealedKey, register_station

MOST_CONNECTORS = 64  # a larger number is a station's mistake, not a connector


def create_station(
    *, identity: str, site_name: str = "", now: dt.datetime, sealed: SealedKey | None = None
) -> tuple[str, int, str]:
    """Create a station with EVSE 1; returns identity, id and its key, which is shown once.

    With a key that it brought along (`sealed`) no key is returned.

    :raises Refused: the identity is not legal or taken by whatever tenant.
    """
    name, entry, key = register_station(identity=identity, sealed=sealed)
    station = Station.objects.create(
        site_id=get_or_create_site(name=site_name),
        directory_id=entry,
        identity=name,
        identity_key=identity_key(name),
        created_at=now,
    )
    ensure_connector(station_id=station.pk, evse_number=1)
    audit.record(
        "stations.station.create",
        subject=f"station:{station.pk}",
        after={"identity": name, "site": station.site_id},
    )
    emit("stations.changed", station_id=station.pk)
    return name, station.pk, key


def ensure_connector(*, station_id: int, evse_number: int, connector_number: int = 1) -> int | None:
    """Return the id of a connector, made on first sight; None when the number cannot be one."""
    if not (1 <= evse_number <= MOST_CONNECTORS and 1 <= connector_number <= MOST_CONNECTORS):
        return None
    evse, _ = Evse.objects.get_or_create(station_id=station_id, number=evse_number)
    connector, _ = Connector.objects.get_or_create(evse=evse, number=connector_number)
    return connector.pk


@dataclass(frozen=True, slots=True)
class BootFacts:
    """What a station says of itself when it starts."""

    vendor: str
    model: str
    serial: str
    firmware: str
    iccid: str = ""
    imsi: str = ""


def record_boot(*, station_id: int, facts: BootFacts, now: dt.datetime) -> str:
    """Keep what a station says of itself when it starts; returns its registration status.

    What changed is kept in the audit. A restart confirms a reset that the station had accepted.
    """
    station = Station.objects.select_for_update().get(pk=station_id)
    said = asdict(facts)
    before = {name: getattr(station, name) for name in said}
    for name, value in said.items():
        setattr(station, name, value)
    station.booted_at = station.last_seen_at = now
    station.save(update_fields=[*said, "booted_at", "last_seen_at"])
    if before != said and any(before.values()):
        audit.record(
            "stations.station.changed_itself",
            subject=f"station:{station_id}",
            before=before,
            after=said,
        )
    confirm_commands(station_id=station_id, kind="reset", match={}, now=now)
    emit("stations.changed", station_id=station_id)
    return station.registration


def record_security_event(
    *, station_id: int | None, kind: str, detail: dict[str, Any], now: dt.datetime
) -> None:
    """Keep what happened at the door that a person should know of."""
    with transaction.atomic():
        SecurityEvent.objects.create(station_id=station_id, kind=kind[:40], detail=detail, at=now)
