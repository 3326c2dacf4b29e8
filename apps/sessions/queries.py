"""Reads of sessions."""

import datetime as dt
import itertools
import uuid
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Q, QuerySet

from apps.cards.queries import Place
from apps.core.refused import NotFound
from apps.metering.models import Reading
from apps.metering.queries import (
    has_samples_elsewhere,
    list_readings,
    list_register_readings,
    list_transaction_ids,
    outlet_registers,
)
from apps.metering.registers import Register, live_energy_wh
from apps.sessions.constants import NO_TRANSACTION
from apps.sessions.models import OrphanStop, Session
from apps.stations.models import Command, Evse, Station


@dataclass(frozen=True, slots=True)
class StationFacts:
    """What a transaction needs to know of its station."""

    id: int
    identity: str
    site_id: int
    site_uid: uuid.UUID
    connected_at: dt.datetime | None
    max_kw: Decimal
    security_profile: int

    @property
    def place(self) -> Place:
        """Where a card is held up here."""
        return Place(self.id, self.identity, self.site_id, self.site_uid)


def get_station_facts(*, station_id: int) -> StationFacts:
    """Return the facts of a station of the bound tenant."""
    row = Station.objects.values_list(
        "pk",
        "identity",
        "site_id",
        "site__uid",
        "connected_at",
        "max_kw",
        "directory__security_profile",
    ).get(pk=station_id)
    return StationFacts(*row)


def list_link_tokens(*, link_ids: Collection[int]) -> set[tuple[int, str]]:
    """Return the payer links with each card that charged on them: (link, token)."""
    rows = Session.objects.filter(payer_link__in=link_ids).exclude(id_token="")
    return set(rows.order_by().values_list("payer_link_id", "id_token").distinct())


def list_sessions(
    *,
    station_id: int | None = None,
    identity: str = "",
    driver_id: int | None = None,
    site_ids: Collection[int] | None = None,
    states: Sequence[str] = (),
    begin: dt.datetime | None = None,
    end: dt.datetime | None = None,
) -> QuerySet[Session]:
    """Return sessions, oldest first; `site_ids` None is every site, an empty one is none.

    `begin` and `end` select the moment of the start, half-open.
    """
    rows = Session.objects.select_related("station", "station__site").order_by("started_at", "pk")
    if station_id is not None:
        rows = rows.filter(station_id=station_id)
    if identity:
        rows = rows.filter(station__identity_key=identity.strip().casefold())
    if driver_id is not None:
        rows = rows.filter(driver_id=driver_id)
    if site_ids is not None:
        rows = rows.filter(station__site_id__in=list(site_ids))
    if states:
        rows = rows.filter(state__in=list(states))
    if begin is not None:
        rows = rows.filter(started_at__gte=begin)
    if end is not None:
        rows = rows.filter(started_at__lt=end)
    return rows


def get_session(*, session_id: int) -> Session:
    """Return a session of the bound tenant.

    :raises NotFound: there is none.
    """
    row = (
        Session.objects.select_related("station", "station__site", "driver")
        .filter(pk=session_id)
        .first()
    )
    if row is None:
        raise NotFound("session_unknown", "There is no such session.")
    return row


def energy_wh(session: Session) -> Decimal | None:
    """Return what start and stop say, in Wh; None while open, without registers or negative."""
    if session.register_start_wh is None or session.register_stop_wh is None:
        return None
    energy = session.register_stop_wh - session.register_start_wh
    return energy if energy >= 0 else None


def window_end(session: Session) -> dt.datetime:
    """Return until when readings without a transaction id belong to a session."""
    return session.ended_at or dt.datetime(9999, 1, 1, tzinfo=dt.UTC)


def ids_of_others(session: Session) -> list[str]:
    """Return the transaction ids of other sessions among the readings of a session's window."""
    seen = list_transaction_ids(
        station_id=session.station_id,
        evse_number=session.evse_number,
        begin=session.started_at,
        end=window_end(session),
    )
    strange = [i for i in seen if i != session.transaction_id and i not in NO_TRANSACTION]
    if not strange:
        return []
    others = Session.objects.filter(station_id=session.station_id, transaction_id__in=strange)
    return list(others.values_list("transaction_id", flat=True))


def list_session_readings(session: Session) -> QuerySet[Reading]:
    """Return the readings of a session, in time order.

    Those with its transaction id, and those of its EVSE in its window that name no session: a
    sample with the id of a session on another connector is used for neither.
    """
    return list_readings(
        station_id=session.station_id,
        evse_number=session.evse_number,
        begin=session.started_at,
        end=window_end(session),
        transaction_id=session.transaction_id,
        without=ids_of_others(session),
    )


def list_session_registers(session: Session) -> list[Register]:
    """Return the import registers of a session, in time order, of every phase and location."""
    others = ids_of_others(session)
    rows = list_register_readings(
        station_id=session.station_id,
        evse_number=session.evse_number,
        begin=session.started_at,
        end=window_end(session),
        transaction_id=session.transaction_id,
    )
    return [row for row in rows if row.transaction_id not in others]


def count_readings(session: Session) -> int:
    """Return how many readings a session has."""
    return list_session_readings(session).count()


def get_live_energy_wh(*, session: Session, max_kw: Decimal) -> Decimal:
    """Return the energy so far, in Wh: it never falls and is never negative."""
    return live_energy_wh(
        outlet_registers(list_session_registers(session)),
        begin_wh=session.register_start_wh,
        begin_at=session.started_at,
        max_kw=max_kw,
    )


def list_open_orphans(*, station_id: int | None = None) -> QuerySet[OrphanStop]:
    """Return the stops that fit no session yet, oldest first."""
    rows = OrphanStop.objects.filter(session=None).order_by("stopped_at", "pk")
    return rows if station_id is None else rows.filter(station_id=station_id)


def list_due(*, now: dt.datetime) -> list[int]:
    """Return the closed sessions that are due for settling, the longest due first."""
    rows = Session.objects.filter(state=Session.State.CLOSED, settle_due_at__lte=now)
    return list(rows.order_by("settle_due_at", "pk").values_list("pk", flat=True))


def find_earlier_overlap(*, session: Session, at_least: dt.timedelta) -> int | None:
    """Return a session that began earlier on the same connector and still ran, or None.

    Refused attempts without energy overlap nothing; the end of one and the start of the next may
    differ by less than `at_least`.
    """
    if session.ended_at is None:
        return None
    earlier = Q(started_at__lt=session.started_at) | Q(
        started_at=session.started_at, pk__lt=session.pk
    )
    return (
        Session.objects.filter(
            earlier,
            station_id=session.station_id,
            evse_number=session.evse_number,
            connector_number=session.connector_number,
            ended_at__gt=session.started_at + at_least,
        )
        .exclude(state=Session.State.REFUSED)
        .order_by("started_at", "pk")
        .values_list("pk", flat=True)
        .first()
    )


def find_next_register(*, session: Session) -> Decimal | None:
    """Return the register of the next start on the same EVSE, in Wh: what the meter stood on."""
    return (
        Session.objects.filter(
            station_id=session.station_id,
            evse_number=session.evse_number,
            started_at__gte=session.ended_at or session.started_at,
            register_start_wh__isnull=False,
        )
        .exclude(pk=session.pk)
        .order_by("started_at", "pk")
        .values_list("register_start_wh", flat=True)
        .first()
    )


def find_next_start(*, session: Session) -> Session | None:
    """Return the first accepted session that began later on the same connector."""
    return (
        Session.objects.filter(
            station_id=session.station_id,
            evse_number=session.evse_number,
            connector_number=session.connector_number,
            auth_status="Accepted",
            started_at__gt=session.started_at,
        )
        .order_by("started_at", "pk")
        .first()
    )


def list_open_ids() -> list[int]:
    """Return the sessions that are open, the oldest first."""
    rows = Session.objects.filter(state=Session.State.ACTIVE).order_by("started_at", "pk")
    return list(rows.values_list("pk", flat=True))


@dataclass(frozen=True, slots=True)
class Gap:
    """Energy between two sessions of one EVSE, in Wh: assigned to nobody; negative: a fall."""

    after_id: int
    before_id: int
    begin_at: dt.datetime
    end_at: dt.datetime
    energy_wh: Decimal


def list_unmetered(*, station_id: int, evse_number: int) -> list[Gap]:
    """Return where the register of an EVSE moved between sessions, in time order."""
    rows = list(
        Session.objects.filter(station_id=station_id, evse_number=evse_number)
        .exclude(state=Session.State.REFUSED)
        .order_by("started_at", "pk")
    )
    return [
        Gap(
            before.pk,
            after.pk,
            before.ended_at,
            after.started_at,
            after.register_start_wh - before.register_stop_wh,
        )
        for before, after in itertools.pairwise(rows)
        if before.ended_at is not None
        and before.register_stop_wh is not None
        and after.register_start_wh is not None
        and after.register_start_wh != before.register_stop_wh
    ]


def has_contradicting_samples(session: Session) -> bool:
    """Whether samples of its connector carried another session's id, or its id came elsewhere."""
    if ids_of_others(session):
        return True
    return has_samples_elsewhere(
        station_id=session.station_id,
        evse_number=session.evse_number,
        transaction_id=session.transaction_id,
    )


def find_only_evse(*, station_id: int) -> int | None:
    """Return the EVSE of a station that has one; None where a stray stop could be of several."""
    known = Evse.objects.filter(station_id=station_id, number__gt=0).values_list(
        "number", flat=True
    )
    used = Session.objects.filter(station_id=station_id).order_by()
    numbers = {*known[:2], *used.values_list("evse_number", flat=True).distinct()[:2]}
    if len(numbers) > 1:
        return None
    return numbers.pop() if numbers else 1


def list_ordered_tokens(*, station_id: int, evse_number: int) -> list[str]:
    """Return the cards for which a start was ordered at an EVSE and is not confirmed yet."""
    waiting = [Command.State.SENT, Command.State.ACCEPTED]
    rows = Command.objects.filter(
        station_id=station_id,
        kind="start-charging",
        state__in=waiting,
        args__contains={"evse": evse_number},
    ).order_by()
    return [str(args.get("token", "")) for args in rows.values_list("args", flat=True)]


def list_unjoined(*, since: dt.datetime) -> list[tuple[int, int]]:
    """Return (orphan, station) of stops that fit no session yet and came since a moment."""
    rows = OrphanStop.objects.filter(session=None, received_at__gte=since).order_by("pk")
    return list(rows.values_list("pk", "station_id"))
