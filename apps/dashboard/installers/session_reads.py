"""Reads of one session: registers, grade, readings, frames, delivery."""

import datetime as dt
import uuid
from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _

from apps.cdrs.models import Delivery
from apps.core.refused import NotFound
from apps.dashboard import words
from apps.dashboard.installers.messages import MessageFact
from apps.dashboard.installers.queries import Sites
from apps.dashboard.installers.session_frames import list_session_frames
from apps.dashboard.installers.station_reads import SessionFact, graded, session_fact
from apps.evidence.models import SessionGrade
from apps.metering.models import Reading
from apps.sessions.models import Session, SessionConflict, SettledRegisters
from apps.sessions.queries import list_session_readings

READINGS_SHOWN = 200


@dataclass(frozen=True, slots=True)
class RegisterFact:
    """A register a session was settled on, in Wh, and where it came from."""

    name: str
    wh: Decimal | None
    at: dt.datetime | None
    source: str


@dataclass(frozen=True, slots=True)
class SessionDetail:
    """A session with everything its page shows."""

    fact: SessionFact
    station_id: int
    site_uid: uuid.UUID
    evse: int
    stop_reason: str
    auth_status: str
    received_at: dt.datetime
    registers: list[RegisterFact]
    energy_wh: Decimal | None
    grade_title: str
    grade_text: str
    graded_at: dt.datetime | None
    marks: list[str]
    readings: list[Reading]
    reading_count: int
    frames: list[MessageFact]
    is_long: bool  # the frames in the middle are left out
    conflicts: int
    delivery: Delivery | None
    has_payer: bool

    @property
    def shown_readings(self) -> list[Reading]:
        """The readings of the table, as many as a page holds."""
        return self.readings[:READINGS_SHOWN]


def _registers(row: Session) -> tuple[list[RegisterFact], Decimal | None]:
    settled = SettledRegisters.objects.filter(session=row).order_by("-pk").first()
    if settled is not None:
        begin = (settled.begin_wh, settled.begin_at, settled.begin_source)
        end = (settled.end_wh, settled.end_at, settled.end_source)
    else:
        begin = (row.register_start_wh, row.started_at, "start")
        end = (row.register_stop_wh, row.ended_at, row.end_source or "stop")
    found = [
        RegisterFact(_("Begin"), begin[0], begin[1], words.source(begin[2])),
        RegisterFact(_("Einde"), end[0], end[1], words.source(end[2])),
    ]
    if row.state == Session.State.ACTIVE:
        found = found[:1]
    if begin[0] is None or end[0] is None or end[0] < begin[0]:
        return found, None
    return found, end[0] - begin[0]


def get_session(*, sites: Sites, uid: uuid.UUID) -> SessionDetail:
    """Return a session on these sites.

    :raises NotFound: there is none.
    """
    rows = graded(Session.objects.filter(uid=uid))
    if sites is not None:
        rows = rows.filter(station__site__uid__in=sites)
    row = rows.first()
    if row is None:
        raise NotFound("session_unknown")
    fact = session_fact(row)
    newest = SessionGrade.objects.filter(session=row).order_by("-pk").first()
    registers, energy = _registers(row)
    readings = list_session_readings(row)
    frames, is_long = list_session_frames(row)
    return SessionDetail(
        fact=fact,
        station_id=row.station_id,
        site_uid=row.station.site.uid,
        evse=row.evse_number,
        stop_reason=row.stop_reason,
        auth_status=words.card_status(row.auth_status),
        received_at=row.start_received_at,
        registers=registers,
        energy_wh=energy if energy is not None else fact.energy_wh,
        grade_title=words.grade_title(fact.grade),
        grade_text=words.grade_text(fact.grade),
        graded_at=newest.graded_at if newest else None,
        marks=[words.reason(code) for code in row.flags if words.reason(code) not in fact.reasons],
        readings=list(readings[:5000]),
        reading_count=readings.count(),
        frames=frames,
        is_long=is_long,
        conflicts=SessionConflict.objects.filter(session=row).count(),
        delivery=Delivery.objects.filter(cdr__session=row).order_by("-pk").first(),
        has_payer=row.payer_link_id is not None,
    )
