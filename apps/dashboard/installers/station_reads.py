"""Reads of one station: its sessions, commands, messages, meter and power."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import OuterRef, Q, QuerySet, Subquery

from apps.dashboard import formats, words
from apps.dashboard.installers.messages import MessageFact, message_fact
from apps.dashboard.installers.timeline import CommandFact, command_fact
from apps.evidence.models import SessionGrade
from apps.metering.models import Meter, Reading
from apps.metering.queries import list_meters
from apps.sessions.constants import UNAUTHORISED
from apps.sessions.models import Session
from apps.stations.models import Command, Connector, JournalRow


@dataclass(frozen=True, slots=True)
class SessionFact:
    """A session as a list shows it; energy in Wh, None when it is not known."""

    uid: str
    station: str
    site_name: str
    time_zone: str
    connector: str
    transaction_id: str
    token: str
    state: str
    started_at: dt.datetime
    ended_at: dt.datetime | None
    energy_wh: Decimal | None
    grade: str
    reasons: list[str]
    is_refused: bool

    @property
    def kind(self) -> str:
        """Shape of the state."""
        return words.session_state("refused" if self.is_refused else self.state)[0]

    @property
    def word(self) -> str:
        """Word of the state; a refused start stays one, whatever happened to its energy."""
        return words.session_state("refused" if self.is_refused else self.state)[1]

    @property
    def is_open(self) -> bool:
        """Whether it still runs."""
        return self.ended_at is None and self.state == "active"

    @property
    def lasted(self) -> dt.timedelta | None:
        """How long it took."""
        return self.ended_at - self.started_at if self.ended_at else None


def graded(sessions: QuerySet[Session]) -> QuerySet[Session]:
    """Add the newest grade and its reasons."""
    newest = SessionGrade.objects.filter(session=OuterRef("pk")).order_by("-pk")
    return sessions.select_related("station__site").annotate(
        grade_letter=Subquery(newest.values("letter")[:1]),
        grade_reasons=Subquery(newest.values("reasons")[:1]),
    )


def _live_register(session: Session) -> Decimal | None:
    row = Connector.objects.filter(
        evse__station=session.station_id, evse__number=session.evse_number
    ).first()
    return row.register_wh if row else None


def energy_of(session: Session) -> Decimal | None:
    """Return the energy between the registers, in Wh; for a running session so far."""
    begin, end = session.register_start_wh, session.register_stop_wh
    if end is None and session.state == Session.State.ACTIVE:
        end = _live_register(session)
    if begin is None or end is None or end < begin:
        return None
    return end - begin


def session_fact(row: Session) -> SessionFact:
    """Return a session as plain data."""
    connector = str(row.evse_number)
    if row.connector_number != 1:
        connector += f".{row.connector_number}"
    return SessionFact(
        uid=str(row.uid),
        station=row.station.identity,
        site_name=row.station.site.name,
        time_zone=row.station.site.time_zone,
        connector=connector,
        transaction_id=row.transaction_id,
        token=formats.card(row.id_token) if row.id_token else "",
        state=row.state,
        started_at=row.started_at,
        ended_at=row.ended_at,
        energy_wh=energy_of(row),
        grade=getattr(row, "grade_letter", None) or "",
        reasons=[words.reason(code) for code in getattr(row, "grade_reasons", None) or []],
        is_refused=UNAUTHORISED in row.flags,
    )


def list_station_sessions(*, station_id: int, limit: int, before: int = 0) -> list[SessionFact]:
    """Return the newest sessions of a station."""
    rows = graded(Session.objects.filter(station_id=station_id)).order_by("-started_at", "-pk")
    return [session_fact(row) for row in rows[before : before + limit]]


def count_station_sessions(*, station_id: int) -> int:
    """Return how many sessions a station has had."""
    return Session.objects.filter(station_id=station_id).count()


def list_open_sessions(*, station_id: int) -> list[SessionFact]:
    """Return what has not ended, refused starts too: a station may charge all the same."""
    rows = Session.objects.filter(
        station_id=station_id,
        ended_at=None,
        state__in=[Session.State.ACTIVE, Session.State.REFUSED],
    )
    return [session_fact(row) for row in graded(rows).order_by("evse_number", "started_at")]


def list_commands(*, station_id: int, limit: int, only: Iterable[int] = ()) -> list[CommandFact]:
    """Return the newest commands of a station."""
    rows = Command.objects.filter(station_id=station_id).order_by("-pk")
    wanted = list(only)
    if wanted:
        rows = rows.filter(pk__in=wanted)
    return [command_fact(row) for row in rows[:limit]]


def list_messages(
    *, station_id: int, limit: int, after: int = 0, before: int = 0, text: str = ""
) -> list[MessageFact]:
    """Return frames of a station's journal, newest first."""
    rows = JournalRow.objects.filter(connection__station_id=station_id).select_related("payload")
    rows = rows.prefetch_related("secrets")
    if after:
        rows = rows.filter(pk__gt=after)
    if before:
        rows = rows.filter(pk__lt=before)
    if text:
        rows = rows.filter(action__icontains=text)
    return [message_fact(row) for row in rows.order_by("-pk")[:limit]]


def list_meters_in_place(*, station_id: int) -> tuple[list[Meter], int]:
    """Return the meters of a station now, newest record first, and how many there were before.

    A register that began anew is a further record of the same meter: it is shown once.
    """
    rows = list(list_meters(station_id=station_id))
    shown = {
        (row.evse_number, row.make, row.serial): row
        for row in reversed(rows)
        if row.removed_at is None
    }
    before = {row.serial for row in rows if row.removed_at is not None}
    return list(shown.values())[::-1], len(before - {row.serial for row in shown.values()})


def power_rows(*, station_id: int, begin: dt.datetime, end: dt.datetime) -> QuerySet[Reading]:
    """Return what a station measured between two moments, in time order."""
    return Reading.objects.filter(
        station_id=station_id, taken_at__gte=begin, taken_at__lt=end
    ).order_by("taken_at", "pk")


def session_spans(
    *, station_id: int, begin: dt.datetime, end: dt.datetime
) -> list[dict[str, int | str | None]]:
    """Return when sessions ran between two moments, in seconds, for the lanes of the chart."""
    rows = (
        Session.objects.filter(station_id=station_id, started_at__lt=end)
        .filter(Q(ended_at=None) | Q(ended_at__gt=begin))
        .exclude(state="refused")
        .order_by("started_at")
    )
    return [
        {
            "connector": row.evse_number,
            "from": int(max(row.started_at, begin).timestamp()),
            "to": int(min(row.ended_at, end).timestamp()) if row.ended_at else None,
        }
        for row in rows[:200]
    ]
