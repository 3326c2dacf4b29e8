"""Reads of the installer's pages, over the rooms they show; cut by the rights of the reader."""

import uuid
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.db.models import (
    Case,
    Count,
    Exists,
    F,
    IntegerField,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Sum,
    Value,
    When,
)

from apps.core.refused import NotFound
from apps.dashboard.installers import facts
from apps.dashboard.installers.facts import ConnectorFact, StationFact, connector_state
from apps.evidence.models import SessionGrade
from apps.sites.models import Site
from apps.stations.models import Connector, Station
from apps.tenants.identities import identity_key

PAGE_SIZE = 50
Sites = frozenset[uuid.UUID] | None  # None: every site of the tenant
SORTS = {
    "status": ("rank", "identity_key"),
    "station": ("identity_key",),
    "site": ("site__name", "identity_key"),
    "power": (F("power_now").desc(nulls_last=True), "identity_key"),
    "seen": (F("last_seen_at").asc(nulls_first=True), "identity_key"),
    "-status": ("-rank", "identity_key"),
    "-station": ("-identity_key",),
    "-site": ("-site__name", "identity_key"),
    "-power": (F("power_now").asc(nulls_last=True), "identity_key"),
    "-seen": (F("last_seen_at").desc(nulls_last=True), "identity_key"),
}


@dataclass(frozen=True, slots=True)
class FleetPage:
    """One page of the fleet, and what stands around it."""

    rows: list[StationFact]
    total: int  # of what this person may see at all
    found: int  # of what the filters leave
    page: int
    pages: int
    counts: Counter[int] = field(default_factory=Counter)

    @property
    def previous(self) -> int:
        """Number of the page before."""
        return self.page - 1

    @property
    def next(self) -> int:
        """Number of the page after."""
        return self.page + 1

    @property
    def first(self) -> int:
        """Number of the first row shown, from 1."""
        return (self.page - 1) * PAGE_SIZE + 1

    @property
    def last(self) -> int:
        """Number of the last row shown."""
        return self.first + len(self.rows) - 1


def visible_stations(sites: Sites) -> QuerySet[Station]:
    """Return the stations on these sites."""
    rows = Station.objects.select_related("site")
    return rows if sites is None else rows.filter(site__uid__in=sites)


def visible_sites(sites: Sites) -> QuerySet[Site]:
    """Return these sites."""
    rows = Site.objects.all()
    return rows if sites is None else rows.filter(uid__in=sites)


def _having(**wanted: object) -> Exists:
    return Exists(Connector.objects.filter(evse__station=OuterRef("pk"), **wanted))


def ranked(stations: QuerySet[Station]) -> QuerySet[Any]:
    """Add the rank of the status, worst first; the same order as `facts`."""
    charging = _having(occupancy="occupied", charging_state="charging")
    return stations.annotate(
        rank=Case(
            When(is_online=False, last_seen_at=None, then=Value(facts.NEVER)),
            When(is_online=False, then=Value(facts.OFFLINE)),
            When(_having(occupancy="faulted"), then=Value(facts.FAULT)),
            When(is_operative=False, then=Value(facts.OUT_OF_USE)),
            When(charging, then=Value(facts.CHARGING)),
            When(_having(occupancy__in=["occupied", "reserved"]), then=Value(facts.WAITING)),
            When(_having(occupancy="available"), then=Value(facts.FREE)),
            When(_having(occupancy="unavailable"), then=Value(facts.OUT_OF_USE)),
            default=Value(facts.UNKNOWN),
            output_field=IntegerField(),
        )
    )


def _with_grade(stations: QuerySet[Any]) -> QuerySet[Any]:
    last = SessionGrade.objects.filter(session__station=OuterRef("pk")).order_by("-graded_at")
    found: QuerySet[Any] = stations.annotate(grade=Subquery(last.values("letter")[:1]))
    return found


def _with_power(stations: QuerySet[Any]) -> QuerySet[Any]:
    power = (
        Connector.objects.filter(evse__station=OuterRef("pk"), charging_state="charging")
        .order_by()
        .values("evse__station")
        .annotate(total=Sum("power_w"))
    )
    found: QuerySet[Any] = stations.annotate(power_now=Subquery(power.values("total")))
    return found


def _connectors(station_ids: Iterable[int]) -> dict[int, list[Connector]]:
    found: dict[int, list[Connector]] = {}
    rows = Connector.objects.filter(evse__station__in=list(station_ids)).select_related("evse")
    for row in rows.order_by("evse__number", "number"):
        found.setdefault(row.evse.station_id, []).append(row)
    return found


def _connector_fact(row: Connector, *, is_online: bool) -> ConnectorFact:
    kind, word = connector_state(
        is_online=is_online, occupancy=row.occupancy, charging_state=row.charging_state
    )
    error = " ".join(t for t in (row.error_code, row.vendor_error, row.info) if t)
    return ConnectorFact(
        id=row.pk,
        evse=row.evse.number,
        number=row.number,
        kind=kind,
        word=word,
        is_charging=kind == "go",
        error="" if row.error_code in {"", "NoError"} else error,
        power_w=row.power_w,
        current_a=row.current_a,
        register_wh=row.register_wh,
        measured_at=row.measured_at,
        status_at=row.status_at or row.status_received_at,
    )


def _station_fact(row: Any, connectors: list[Connector]) -> StationFact:
    return StationFact(
        id=row.pk,
        identity=row.identity,
        site_id=row.site_id,
        site_name=row.site.name,
        site_uid=row.site.uid,
        time_zone=row.site.time_zone,
        rank=row.rank,
        is_online=row.is_online,
        is_operative=row.is_operative,
        seen_at=row.last_seen_at,
        connected_at=row.connected_at,
        disconnected_at=row.disconnected_at,
        created_at=row.created_at,
        booted_at=row.booted_at,
        vendor=row.vendor,
        model=row.model,
        serial=row.serial,
        firmware=row.firmware,
        protocol=row.protocol,
        max_kw=row.max_kw,
        grade=row.grade or "",
        connectors=[_connector_fact(c, is_online=row.is_online) for c in connectors],
    )


def _facts(rows: Iterable[Any]) -> list[StationFact]:
    stations = list(rows)
    connectors = _connectors(row.pk for row in stations)
    return [_station_fact(row, connectors.get(row.pk, [])) for row in stations]


def list_stations(*, sites: Sites, ids: Iterable[int]) -> list[StationFact]:
    """Return some stations by id, as far as they are on these sites."""
    return _facts(_with_grade(ranked(visible_stations(sites).filter(pk__in=list(ids)))))


def get_station(*, sites: Sites, identity: str) -> StationFact:
    """Return a station by its identity, whatever its case.

    :raises NotFound: there is none on these sites.
    """
    rows = visible_stations(sites).filter(identity_key=identity_key(identity))
    found = _facts(_with_grade(ranked(rows)))
    if not found:
        raise NotFound("station_unknown")
    return found[0]


def _filtered(
    stations: QuerySet[Any], *, text: str, site_id: int | None, state: str
) -> QuerySet[Any]:
    if text:
        stations = stations.filter(
            Q(identity__icontains=text)
            | Q(site__name__icontains=text)
            | Q(vendor__icontains=text)
            | Q(model__icontains=text)
            | Q(serial__icontains=text)
            | Q(firmware__icontains=text)
        )
    if site_id is not None:
        stations = stations.filter(site_id=site_id)
    if state in facts.STATES:
        stations = stations.filter(rank=facts.STATES[state])
    return stations


def get_fleet(
    *,
    sites: Sites,
    text: str = "",
    site_id: int | None = None,
    state: str = "",
    sort: str = "status",
    page: int | None = 1,
) -> FleetPage:
    """Return one page of the fleet, worst first unless sorted; page None means every row."""
    everything = ranked(visible_stations(sites))
    grouped = everything.order_by().values_list("rank").annotate(Count("pk"))
    counts: Counter[int] = Counter(dict(grouped))
    rows = _filtered(everything, text=text, site_id=site_id, state=state)
    found = rows.count()
    pages = max(1, -(-found // PAGE_SIZE))
    number = min(max(1, page or 1), pages)
    rows = _with_power(_with_grade(rows)).order_by(*SORTS.get(sort, SORTS["status"]))
    if page is not None:
        rows = rows[(number - 1) * PAGE_SIZE : number * PAGE_SIZE]
    return FleetPage(
        rows=_facts(rows),
        total=sum(counts.values()),
        found=found,
        page=number,
        pages=pages,
        counts=counts,
    )
