"""Reads of grades, and of what a grade is made from."""

import datetime as dt
import zoneinfo
from dataclasses import dataclass
from decimal import Decimal

from apps.core.reasons import BEGIN_SUBSTITUTED, RECONSTRUCTED, TXID_CONNECTOR_MISMATCH
from apps.core.refused import Refused
from apps.evidence.calculation import (
    BY_READING,
    BY_RECONSTRUCTION,
    BY_START,
    Facts,
    Limits,
    Point,
    counts_anew,
)
from apps.evidence.models import SessionGrade
from apps.metering.models import Meter
from apps.metering.queries import find_meter, was_swapped
from apps.sessions.constants import LATE
from apps.sessions.models import Session, SettledRegisters
from apps.sessions.queries import (
    find_earlier_overlap,
    find_next_register,
    has_contradicting_samples,
    list_session_registers,
)


@dataclass(frozen=True, slots=True)
class Gathered:
    """The facts of a session and the meter in place on the local date of its start."""

    facts: Facts
    meter_id: int | None


def get_grade(*, session_id: int) -> SessionGrade | None:
    """Return the newest grade of a session, or None."""
    return SessionGrade.objects.filter(session_id=session_id).order_by("-pk").first()


def find_grades(*, session_ids: list[int]) -> dict[int, SessionGrade]:
    """Return the newest grade of each session that has one."""
    rows = SessionGrade.objects.filter(session_id__in=session_ids).order_by("pk")
    return {row.session_id: row for row in rows}


def local_date(moment: dt.datetime, time_zone: str) -> dt.date:
    """Return the date of a moment on the site's own calendar."""
    return moment.astimezone(zoneinfo.ZoneInfo(time_zone)).date()


def has_evidence(meter: Meter | None, on: dt.date) -> bool:
    """Whether a meter's conformity is proven on a date: marking, and in place since then."""
    return (
        meter is not None
        and bool(meter.mid_marking)
        and meter.installed_at is not None
        and meter.installed_at <= on
    )


def gather(*, session: Session, limits: Limits) -> Gathered:
    """Collect what is known of a closed session.

    :raises Refused: it has not ended.
    """
    if session.ended_at is None:
        raise Refused("session_open", "This session has not ended yet; it cannot be graded.")
    zone = session.station.site.time_zone
    begin_on, end_on = local_date(session.started_at, zone), local_date(session.ended_at, zone)
    station_id, evse_number = session.station_id, session.evse_number
    meter = find_meter(
        station_id=station_id, evse_number=evse_number, on=begin_on, at=session.started_at
    )
    facts = Facts(
        begin=Point(session.register_start_wh, session.started_at, _begin_source(session)),
        end=Point(session.register_stop_wh, session.ended_at, session.end_source or "none"),
        max_kw=session.station.max_kw,
        samples=tuple(list_session_registers(session)),
        flags=(*session.flags, *_mismatch(session)),
        is_late=LATE in session.flags,
        has_evidence=has_evidence(meter, begin_on),
        has_begin_frame=session.begin_frame_id is not None,
        has_end_frame=session.end_frame_id is not None,
        meter_was_swapped=was_swapped(
            station_id=station_id, evse_number=evse_number, begin=begin_on, end=end_on
        ),
        overlaps=find_earlier_overlap(session=session, at_least=limits.overlap) is not None,
        next_wh=_next_wh(session),
        modulus_wh=_modulus_wh(meter),
        limits=limits,
    )
    return Gathered(facts, meter.pk if meter else None)


def was_reset(*, session: Session, begin_wh: Decimal | None, end_wh: Decimal | None) -> bool:
    """Whether the register of a session's pair (Wh) was reset since the session before.

    A stretch that was settled before is a repeat, never a reset.
    """
    if begin_wh is None or end_wh is None:
        return False
    place = SettledRegisters.objects.filter(
        session__station_id=session.station_id, session__evse_number=session.evse_number
    ).exclude(session=session)
    known = place.filter(
        end_at__lte=session.started_at, begin_wh__isnull=False, end_wh__isnull=False
    )
    last = known.order_by("-end_at", "-pk").first()
    if last is None or last.begin_wh is None or last.end_wh is None:
        return False
    if not counts_anew(begin_wh, (last.begin_wh, last.end_wh), _modulus_wh(last.meter)):
        return False
    return not place.filter(begin_wh=begin_wh, end_wh=end_wh).exists()


def _begin_source(session: Session) -> str:
    if RECONSTRUCTED not in session.flags:
        return BY_START
    return BY_READING if BEGIN_SUBSTITUTED in session.flags else BY_RECONSTRUCTION


def _mismatch(session: Session) -> tuple[str, ...]:
    return (TXID_CONNECTOR_MISMATCH,) if has_contradicting_samples(session) else ()


def _modulus_wh(meter: Meter | None) -> Decimal | None:
    """Return where a meter's counter begins again at zero, or None: never, as far as is known."""
    return None if meter is None or meter.rolls_over_wh is None else Decimal(meter.rolls_over_wh)


def _next_wh(session: Session) -> Decimal | None:
    return find_next_register(session=session)
