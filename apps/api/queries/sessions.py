"""Sessions and their readings, as REST shows them: one query a page."""

import datetime as dt
import re
import uuid
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import (
    Count,
    DateTimeField,
    ExpressionWrapper,
    F,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
)
from django.db.models.functions import Coalesce, Now

from apps.api.paging import Page
from apps.api.queries.moments import clamped
from apps.core.refused import NotFound
from apps.evidence.models import SessionGrade
from apps.metering.models import Reading
from apps.sessions.models import Session, SettledRegisters
from apps.tenants.identities import canonical_identity, identity_key

# A session's readings lie near it: this keeps their count within a range of the index.
_SLACK = dt.timedelta(days=1)
_NUMBER = re.compile(r"-?[0-9]{1,18}")


@dataclass(frozen=True, slots=True)
class SessionRow:
    """A session with what proves it; energies in Wh."""

    row_id: int
    id: uuid.UUID
    station: str
    evse: int
    connector: int
    transaction_id: int | str
    started_at: dt.datetime
    ended_at: dt.datetime | None
    stop_reason: str | None
    register_start_wh: Decimal | None
    register_stop_wh: Decimal | None
    energy_wh: Decimal | None
    readings: int
    grade: str | None
    reasons: list[str]


@dataclass(frozen=True, slots=True)
class ReadingRow:
    """One sampled value in its base unit."""

    row_id: int
    taken_at: dt.datetime
    received_at: dt.datetime
    measurand: str
    context: str
    phase: str
    location: str
    unit: str
    value: Decimal


def list_sessions(*, page: Page, station: str | None = None) -> list[SessionRow]:
    """Return sessions, oldest first, one more than the page holds."""
    found = Session.objects.all()
    if station is not None:
        name = canonical_identity(station)
        found = found.filter(station__identity_key=identity_key(name) if name else "")
    found = _after(found, page.after, "started_at").order_by("started_at", "pk")
    return [_session(row) for row in _told(found)[: page.limit + 1]]


def get_session(*, uid: uuid.UUID) -> SessionRow:
    """Return a session.

    :raises NotFound: it is not this tenant's.
    """
    row = _told(Session.objects.filter(uid=uid)).first()
    if row is None:
        raise NotFound("session_unknown", "There is no such session here.")
    return _session(row)


def list_readings(*, uid: uuid.UUID, page: Page) -> list[ReadingRow]:
    """Return the readings of a session, oldest first, one more than the page holds.

    :raises NotFound: the session is not this tenant's.
    """
    session = Session.objects.filter(uid=uid).values("pk").first()
    if session is None:
        raise NotFound("session_unknown", "There is no such session here.")
    owner = Session.objects.filter(pk=session["pk"])
    values = {
        name: Subquery(owner.values(name)[:1])
        for name in ("station_id", "evse_number", "transaction_id", "started_at", "ended_at")
    }
    found = _after(_readings_of(values), page.after, "taken_at").order_by("taken_at", "pk")
    rows = found.annotate(taken=clamped("taken_at")).values_list(
        "pk", "taken", "received_at", "measurand", "context", "phase", "location", "unit", "value"
    )
    return [ReadingRow(*row) for row in rows[: page.limit + 1]]


def _after(found: QuerySet[Any], row_id: int, moment: str) -> QuerySet[Any]:
    if row_id == 0:
        return found
    last = Subquery(found.model.objects.filter(pk=row_id).values(moment)[:1])
    later = Q(**{f"{moment}__gt": last}) | Q(pk__gt=row_id)
    return found.filter(later, **{f"{moment}__gte": last})


def _readings_of(values: dict[str, Any]) -> QuerySet[Reading]:
    moment = DateTimeField()
    begin = ExpressionWrapper(values["started_at"] - _SLACK, output_field=moment)
    end = ExpressionWrapper(Coalesce(values["ended_at"], Now()) + _SLACK, output_field=moment)
    return Reading.objects.filter(
        station_id=values["station_id"],
        evse_number=values["evse_number"],
        transaction_id=values["transaction_id"],
        taken_at__gte=begin,
        taken_at__lte=end,
    )


def _told(found: QuerySet[Session]) -> QuerySet[Any, Any]:
    names = ("station_id", "evse_number", "transaction_id", "started_at", "ended_at")
    readings = _readings_of({name: OuterRef(name) for name in names})
    counted = readings.order_by().values("station_id").annotate(n=Count("pk")).values("n")
    grades = SessionGrade.objects.filter(session=OuterRef("pk")).order_by("-pk")
    settled = SettledRegisters.objects.filter(session=OuterRef("pk")).order_by("-pk")
    return found.annotate(
        began=clamped("started_at"),
        finished=clamped("ended_at"),
        reading_count=Coalesce(Subquery(counted), 0),
        letter=Subquery(grades.values("letter")[:1]),
        grade_reasons=Subquery(grades.values("reasons")[:1]),
        settled_pk=Subquery(settled.values("pk")[:1]),
        settled_wh=Subquery(settled.annotate(wh=F("end_wh") - F("begin_wh")).values("wh")[:1]),
    ).values(
        "pk",
        "uid",
        "station__identity",
        "evse_number",
        "connector_number",
        "protocol",
        "transaction_id",
        "began",
        "finished",
        "stop_reason",
        "register_start_wh",
        "register_stop_wh",
        "reading_count",
        "letter",
        "grade_reasons",
        "flags",
        "settled_pk",
        "settled_wh",
    )


def _session(row: dict[str, Any]) -> SessionRow:
    return SessionRow(
        row_id=row["pk"],
        id=row["uid"],
        station=row["station__identity"],
        evse=row["evse_number"],
        connector=row["connector_number"],
        transaction_id=_transaction_id(row["protocol"], row["transaction_id"]),
        started_at=row["began"],
        ended_at=row["finished"],
        stop_reason=row["stop_reason"] or None,
        register_start_wh=row["register_start_wh"],
        register_stop_wh=row["register_stop_wh"],
        energy_wh=_energy_wh(row),
        readings=row["reading_count"],
        grade=row["letter"],
        reasons=list(row["flags"] if row["letter"] is None else row["grade_reasons"]),
    )


def _transaction_id(protocol: str, text: str) -> int | str:
    """Return a number for OCPP 1.6; a text that is no number stays one."""
    return int(text) if protocol == "ocpp1.6" and _NUMBER.fullmatch(text) else text


def _energy_wh(row: dict[str, Any]) -> Decimal | None:
    """Return what was settled; before that, what the station's own registers say."""
    if row["settled_pk"] is not None:
        return row["settled_wh"]  # type: ignore[no-any-return]
    begin, end = row["register_start_wh"], row["register_stop_wh"]
    if begin is None or end is None or end < begin:
        return None
    return end - begin  # type: ignore[no-any-return]
