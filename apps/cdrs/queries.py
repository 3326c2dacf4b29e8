"""Reads of records and of where they come from."""

import datetime as dt
import uuid
from dataclasses import dataclass

from apps.cdrs.constants import ATTENTION_AFTER
from apps.cdrs.models import Delivery
from apps.core.refused import NotFound
from apps.stations.models import Station
from apps.tenants.identities import identity_key


@dataclass(frozen=True, slots=True)
class Place:
    """Where a station of the bound tenant stands."""

    identity: str
    site_uid: uuid.UUID
    time_zone: str


@dataclass(frozen=True, slots=True)
class Undelivered:
    """A record that has not reached its payer for a day: a person should look."""

    cdr_id: str
    receiver: str
    attempts: int
    last_error: str
    issued_at: dt.datetime


def get_place(*, identity: str) -> Place:
    """Return where a station stands.

    :raises NotFound: the bound tenant has no such station.
    """
    station = (
        Station.objects.select_related("site").filter(identity_key=identity_key(identity)).first()
    )
    if station is None:
        raise NotFound(
            "station_unknown",
            f"There is no station {identity} here; make one with create_station.",
            field="station",
        )
    return Place(station.identity, station.site.uid, station.site.time_zone)


def list_undelivered(*, now: dt.datetime) -> list[Undelivered]:
    """Return the bound tenant's records that wait for longer than a day."""
    rows = Delivery.objects.filter(
        delivered_at=None, cdr__issued_at__lte=now - ATTENTION_AFTER
    ).select_related("cdr", "receiver")
    return [
        Undelivered(
            row.cdr.cdr_id, row.receiver.name, row.attempts, row.last_error, row.cdr.issued_at
        )
        for row in rows.order_by("pk")
    ]
