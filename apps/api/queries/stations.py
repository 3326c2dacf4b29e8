"""Stations and their commands, as REST shows them."""

import datetime as dt
import uuid
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.db.models import Prefetch, QuerySet

from apps.api.paging import Page
from apps.api.queries.moments import clamped
from apps.core.refused import NotFound
from apps.core.tokens import mask_token
from apps.stations.models import Command, Connector, Evse, Station
from apps.tenants.identities import canonical_identity, identity_key

_UNANSWERED = frozenset({Command.State.QUEUED, Command.State.SENT})


@dataclass(frozen=True, slots=True)
class ConnectorRow:
    """A connector with what it last said."""

    connector: int
    occupancy: str
    charging_state: str
    error_code: str
    status_at: dt.datetime | None
    power_w: int | None
    current_a: Decimal | None
    register_wh: Decimal | None
    measured_at: dt.datetime | None


@dataclass(frozen=True, slots=True)
class EvseRow:
    """A place to charge."""

    evse: int
    connectors: list[ConnectorRow]


@dataclass(frozen=True, slots=True)
class StationRow:
    """A station; `connectivity`, `operational` and each `occupancy` are separate facts."""

    row_id: int
    identity: str
    site: dict[str, Any]
    vendor: str
    model: str
    serial: str
    firmware: str
    iccid: str
    imsi: str
    protocol: str
    connectivity: str
    operational: str
    connected_at: dt.datetime | None
    last_seen_at: dt.datetime | None
    booted_at: dt.datetime | None
    evses: list[EvseRow] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class CommandRow:
    """A command; `args` shows a card masked."""

    id: uuid.UUID
    station: str
    kind: str
    args: dict[str, Any]
    state: str
    response: Any
    progress: str
    reason: str
    requested_by: str
    requested_at: dt.datetime
    expires_at: dt.datetime
    sent_at: dt.datetime | None
    answered_at: dt.datetime | None
    finished_at: dt.datetime | None

    @property
    def is_unanswered(self) -> bool:
        """Whether the station's answer is still to come."""
        return self.state in _UNANSWERED


def _key(identity: str) -> str | None:
    name = canonical_identity(identity)
    return None if name is None else identity_key(name)


def _stations() -> QuerySet[Station]:
    connectors = Prefetch(
        "connectors",
        Connector.objects.annotate(
            status_moment=clamped("status_at"), measured_moment=clamped("measured_at")
        )
        .defer("status_at", "measured_at")
        .order_by("number"),
    )
    evses = Prefetch("evses", Evse.objects.order_by("number").prefetch_related(connectors))
    return Station.objects.select_related("site").prefetch_related(evses)


def list_stations(*, page: Page, identity: str | None = None) -> list[StationRow]:
    """Return stations in the order they were made, one more than the page holds."""
    found = _stations().filter(pk__gt=page.after).order_by("pk")
    if identity is not None:
        found = found.filter(identity_key=_key(identity) or "")
    return [_station(row) for row in found[: page.limit + 1]]


def get_station(*, identity: str) -> StationRow:
    """Return a station.

    :raises NotFound: it is not this tenant's.
    """
    row = _stations().filter(identity_key=_key(identity) or "").first()
    if row is None:
        raise NotFound("station_unknown", "There is no such station here.")
    return _station(row)


def get_station_id(*, identity: str) -> int:
    """Return the key of a station.

    :raises NotFound: it is not this tenant's.
    """
    key = _key(identity) or ""
    found = Station.objects.filter(identity_key=key).values_list("pk", flat=True).first()
    if found is None:
        raise NotFound("station_unknown", "There is no such station here.")
    return found


def get_command(*, uid: uuid.UUID) -> CommandRow:
    """Return a command.

    :raises NotFound: it is not this tenant's.
    """
    row = Command.objects.select_related("station").filter(uid=uid).first()
    if row is None:
        raise NotFound("command_unknown", "There is no such command here.")
    args = dict(row.args)
    if "token" in args:
        args["token"] = mask_token(str(args["token"]))
    return CommandRow(
        id=row.uid,
        station=row.station.identity,
        kind=row.kind,
        args=args,
        state=row.state,
        response=row.response,
        progress=row.progress,
        reason=row.reason,
        requested_by=row.requested_by,
        requested_at=row.requested_at,
        expires_at=row.expires_at,
        sent_at=row.sent_at,
        answered_at=row.answered_at,
        finished_at=row.finished_at,
    )


def _station(row: Station) -> StationRow:
    seen = row.last_seen_at or row.connected_at
    offline = "offline" if seen else "never_seen"
    return StationRow(
        row_id=row.pk,
        identity=row.identity,
        site={"id": row.site.uid, "name": row.site.name},
        vendor=row.vendor,
        model=row.model,
        serial=row.serial,
        firmware=row.firmware,
        iccid=row.iccid,
        imsi=row.imsi,
        protocol=row.protocol,
        connectivity="online" if row.is_online else offline,
        operational="operative" if row.is_operative else "inoperative",
        connected_at=row.connected_at,
        last_seen_at=row.last_seen_at,
        booted_at=row.booted_at,
        evses=[
            EvseRow(evse.number, [_connector(plug) for plug in evse.connectors.all()])
            for evse in row.evses.all()
        ],
    )


def _connector(plug: Any) -> ConnectorRow:
    return ConnectorRow(
        connector=plug.number,
        occupancy=plug.occupancy,
        charging_state=plug.charging_state,
        error_code=plug.error_code,
        status_at=plug.status_moment,
        power_w=plug.power_w,
        current_a=plug.current_a,
        register_wh=plug.register_wh,
        measured_at=plug.measured_moment,
    )
