"""Writes of grades."""

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal

from apps.core.events import emit
from apps.core.refused import NotFound
from apps.evidence.calculation import Limits
from apps.evidence.grading import Grade, grade
from apps.evidence.models import SessionGrade
from apps.evidence.queries import gather, was_reset
from apps.metering.operations import restart_register
from apps.sessions.models import Session
from apps.sessions.operations import Registers, record_settled_registers

LIMITS = Limits()


@dataclass(frozen=True, slots=True)
class Graded:
    """A session's grade and the registers it settles on, in Wh; energy None: nothing to settle."""

    letter: str
    reasons: tuple[str, ...]
    begin_wh: Decimal | None
    begin_at: dt.datetime
    begin_source: str
    end_wh: Decimal | None
    end_at: dt.datetime
    end_source: str
    energy_wh: Decimal | None
    meter_id: int | None


def grade_session(*, session_id: int, now: dt.datetime) -> Graded:
    """Grade an ended session in the caller's transaction; a better grade later is a new row.

    Plausibility and scale come first, so what is written as settled may differ from what the
    station said; the session keeps its raw registers.

    :raises NotFound: there is no such session.
    :raises Refused: it has not ended.
    """
    session = (
        Session.objects.select_related("station", "station__site").filter(pk=session_id).first()
    )
    if session is None:
        raise NotFound("session_unknown", "There is no such session.")
    gathered = gather(session=session, limits=LIMITS)
    result = grade(gathered.facts)
    meter_id = _counting_meter(session, gathered.meter_id, result)
    SessionGrade.objects.create(
        session=session, letter=result.letter, reasons=list(result.reasons), graded_at=now
    )
    record_settled_registers(
        session_id=session_id,
        now=now,
        registers=Registers(
            begin_wh=result.begin.wh,
            begin_at=result.begin.at,
            begin_source=result.begin.source,
            end_wh=result.end.wh,
            end_at=result.end.at,
            end_source=result.end.source,
            meter_id=meter_id,
        ),
    )
    emit("sessions.changed", session_id=session_id, station_id=session.station_id)
    return Graded(
        letter=result.letter,
        reasons=result.reasons,
        begin_wh=result.begin.wh,
        begin_at=result.begin.at,
        begin_source=result.begin.source,
        end_wh=result.end.wh,
        end_at=result.end.at,
        end_source=result.end.source,
        energy_wh=result.energy_wh,
        meter_id=meter_id,
    )


def _counting_meter(session: Session, meter_id: int | None, result: Grade) -> int | None:
    """Return the meter record that a session's registers belong to: a reset begins a new one."""
    if meter_id is None or result.letter == "E":
        return meter_id
    if not was_reset(session=session, begin_wh=result.begin.wh, end_wh=result.end.wh):
        return meter_id
    has_several = session.station.evses.count() > 1
    return restart_register(
        meter_id=meter_id,
        evse_number=session.evse_number if has_several else None,
        at=session.started_at,
    )
