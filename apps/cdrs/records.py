"""The body of a charge detail record, version 1: everything money needs, all figures as text.

Nothing in it is a float or a bare number that is measured or paid: a JSON column gives text back
as it was. `docs/algorithms/close.md` lists the fields.
"""

import datetime as dt
import hashlib
import json
import uuid
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from apps.cdrs.calculation import Part, quarter_hours
from apps.cdrs.constants import BODY_VERSION
from apps.core import clock
from apps.core.tokens import mask_token
from apps.evidence.operations import Graded
from apps.metering.models import Meter
from apps.metering.queries import outlet_registers
from apps.sessions.constants import END_BY_NEXT_START
from apps.sessions.models import Session
from apps.sessions.queries import list_session_registers
from apps.sites.models import Site
from apps.stations.models import JournalPayload, JournalRow

Body = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Heading:
    """What a record is called and whom it is for."""

    issuer: str
    cdr_id: str
    link_uid: uuid.UUID | None
    issued_at: dt.datetime
    meter_id: int


def digest_of(body: Body) -> bytes:
    """Hash the canonical form of a record: sorted keys, no white space, ASCII."""
    text = json.dumps(body, sort_keys=True, separators=(",", ":"), ensure_ascii=True)
    return hashlib.sha256(text.encode()).digest()


def build_body(*, session: Session, graded: Graded, heading: Heading) -> Body:
    """Write down a graded session."""
    station = session.station
    return {
        "v": BODY_VERSION,
        "issuer": heading.issuer,
        "id": heading.cdr_id,
        "credit_of": "",
        "reason": "",
        "link": None if heading.link_uid is None else str(heading.link_uid),
        "issued_at": heading.issued_at.isoformat(),
        "session": str(session.uid),
        "started_at": session.started_at.isoformat(),
        "ended_at": (session.ended_at or graded.end_at).isoformat(),
        "token": mask_token(session.id_token),
        "station": {
            "identity": station.identity,
            "vendor": station.vendor,
            "model": station.model,
            "evse": str(session.evse_number),
        },
        "site": _site(station.site),
        "meter": _meter(heading.meter_id, session.evse_number),
        "begin": _register(graded.begin_wh, graded.begin_at, graded.begin_source),
        "end": _register(graded.end_wh, graded.end_at, graded.end_source),
        "energy_wh": _text(graded.energy_wh),
        "grade": graded.letter,
        "reasons": list(graded.reasons),
        "parts": [_part(part) for part in _parts(session, graded)],
        "frames": {
            "begin": find_frame(row_id=session.begin_frame_id),
            "end": find_frame(row_id=session.end_frame_id, is_own=not _ends_by_another(session)),
        },
    }


def credit_body(body: Body, *, cdr_id: str, reason: str, now: dt.datetime) -> Body:
    """Write down that a record no longer holds."""
    return {
        **body,
        "id": cdr_id,
        "credit_of": body["id"],
        "reason": reason,
        "issued_at": now.isoformat(),
    }


def _ends_by_another(session: Session) -> bool:
    """Whether the frame that ends a session is the start of somebody else: its stop was lost."""
    if session.end_source != END_BY_NEXT_START:
        return False
    starts = Session.objects.filter(begin_frame_id=session.end_frame_id)
    return starts.exclude(id_token=session.id_token).exists()


def find_frame(*, row_id: int | None, is_own: bool = True) -> Body | None:
    """Return a journal row in the form of `docs/algorithms/evidence.md`, item 8.

    A frame of another driver, and one whose bytes were dropped by retention, is known by its leaf
    only (item 9): no payer reads of another's session.
    """
    if row_id is None:
        return None
    row = JournalRow.objects.select_related("connection").get(pk=row_id)
    before = JournalRow.objects.filter(connection=row.connection, seq=row.seq - 1).first()
    previous = row.connection.head_hash if before is None else before.row_hash
    frame: Body = {
        "connection": str(row.connection.uid),
        "seq": row.seq,
        "direction": row.direction,
        "at_us": clock.microseconds(row.at),
        "prev": bytes(previous).hex(),
        "hash": bytes(row.row_hash).hex(),
    }
    payload = JournalPayload.objects.filter(row=row).first() if is_own else None
    if payload is None:
        return {**frame, "leaf": bytes(row.leaf).hex()}
    return {**frame, "payload": bytes(payload.body).decode("utf-8")}


def _parts(session: Session, graded: Graded) -> tuple[Part, ...]:
    energy, base = graded.energy_wh, graded.begin_wh
    if energy is None or base is None or energy <= 0:
        return ()
    if graded.begin_source == "signed" and session.register_start_wh is not None:
        base = session.register_start_wh  # readings count from the register, not from the signature
    readings = [(r.at, r.wh - base) for r in outlet_registers(list_session_registers(session))]
    return quarter_hours((graded.begin_at, Decimal(0)), (graded.end_at, energy), readings)


def _text(figure: Decimal | None) -> str | None:
    return None if figure is None else format(figure, "f")


def _register(value_wh: Decimal | None, at: dt.datetime, source: str) -> Body:
    return {"wh": _text(value_wh), "at": at.isoformat(), "source": source}


def _part(part: Part) -> Body:
    return {
        "from": part.begin_at.isoformat(),
        "to": part.end_at.isoformat(),
        "wh": _text(part.energy_wh),
        "gap_s": str(part.gap // dt.timedelta(seconds=1)),
    }


def _site(site: Site) -> Body:
    """Say where in the world this was, never at which address."""
    return {
        "uid": str(site.uid),
        "country": site.country,
        "region": site.region,
        "time_zone": site.time_zone,
        "ean": "•" * 14 + site.ean[-4:] if site.ean else "",
    }


def _meter(meter_id: int, evse_number: int) -> Body:
    meter = Meter.objects.get(pk=meter_id)
    return {
        "uid": str(meter.register_uid(evse_number)),
        "make": meter.make,
        "serial": meter.serial,
        "mid_marking": meter.mid_marking,
        "mid_year": "" if meter.mid_year is None else str(meter.mid_year),
    }
