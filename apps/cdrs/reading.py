"""Reading a charge detail record back: typed figures, and whether its frames are unchanged."""

import datetime as dt
import json
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from apps.core.chain import Chain
from apps.core.clock import EPOCH
from apps.core.commitments import PERSONAL
from apps.core.texts import readable

Body = Mapping[str, Any]
_SHOWN = 4  # fields of a frame's summary


@dataclass(frozen=True, slots=True)
class Register:
    """A register that counts: its value in Wh, its moment, and where it came from."""

    wh: Decimal | None
    at: dt.datetime
    source: str


@dataclass(frozen=True, slots=True)
class Frame:
    """A frame as the record carries it; `text` is its sealed JSON, empty when it was dropped."""

    role: str  # begin, end
    at: dt.datetime
    direction: str
    connection: str
    seq: int
    hash: str
    prev: str
    action: str
    summary: str
    text: str
    is_unchanged: bool


@dataclass(frozen=True, slots=True)
class Record:
    """One record, read: energy in Wh, moments in UTC; no card, no person, no address."""

    cdr_id: str
    issuer: str
    reason: str
    token: str
    station: str
    station_model: str
    country: str
    region: str
    ean: str
    zone: str
    started_at: dt.datetime
    ended_at: dt.datetime
    begin: Register
    end: Register
    energy_wh: Decimal | None
    grade: str
    reasons: tuple[str, ...]
    meter_make: str
    meter_serial: str
    mid_marking: str
    frames: tuple[Frame, ...]


def read_record(body: Body) -> Record:
    """Read a body of version 1."""
    site, station = body["site"], body["station"]
    meter = body.get("meter") or {}
    return Record(
        cdr_id=body["id"],
        issuer=body["issuer"],
        reason=body.get("reason", ""),
        token=body["token"],
        station=station["identity"],
        station_model=" ".join(word for word in (station["vendor"], station["model"]) if word),
        country=site["country"],
        region=site["region"],
        ean=site["ean"],
        zone=site["time_zone"],
        started_at=dt.datetime.fromisoformat(body["started_at"]),
        ended_at=dt.datetime.fromisoformat(body["ended_at"]),
        begin=_register(body["begin"]),
        end=_register(body["end"]),
        energy_wh=_figure(body["energy_wh"]),
        grade=body["grade"],
        reasons=tuple(body["reasons"]),
        meter_make=meter.get("make", ""),
        meter_serial=meter.get("serial", ""),
        mid_marking=meter.get("mid_marking", ""),
        frames=_frames(body["frames"]),
    )


def _figure(text: str | None) -> Decimal | None:
    return None if text is None else Decimal(text)


def _register(value: Body) -> Register:
    return Register(
        wh=_figure(value["wh"]), at=dt.datetime.fromisoformat(value["at"]), source=value["source"]
    )


def _frames(frames: Mapping[str, Body | None]) -> tuple[Frame, ...]:
    found = [(role, frames.get(role)) for role in ("begin", "end")]
    return tuple(_frame(role, frame) for role, frame in found if frame)


def _frame(role: str, frame: Body) -> Frame:
    text = str(frame.get("payload", ""))
    action, summary = _words(text)
    return Frame(
        role=role,
        at=EPOCH + dt.timedelta(microseconds=int(frame["at_us"])),
        direction=frame["direction"],
        connection=frame["connection"],
        seq=int(frame["seq"]),
        hash=frame["hash"],
        prev=frame["prev"],
        action=action,
        summary=summary,
        text=text,
        is_unchanged=_is_unchanged(frame, text),
    )


def _is_unchanged(frame: Body, text: str) -> bool:
    """Whether the frame still gives its own hash (`docs/algorithms/evidence.md`, items 5 and 7)."""
    chain = Chain(frame["connection"])
    leaf = (
        chain.leaf(
            seq=int(frame["seq"]),
            direction=frame["direction"],
            at_us=int(frame["at_us"]),
            payload=text.encode(),
        )
        if text
        else bytes.fromhex(frame["leaf"])
    )
    found: str = chain.link(bytes.fromhex(frame["prev"]), leaf).hex()
    return found == str(frame["hash"])


def _words(text: str) -> tuple[str, str]:
    """Return the action of a frame and its first plain fields; a personal value stays masked."""
    try:
        message = json.loads(text)
        action, fields = str(message[2]), dict(message[3])
    except (ValueError, IndexError, KeyError, TypeError, RecursionError):
        return "", ""
    plain = [
        f"{name} {'••••' if name in PERSONAL else value}"
        for name, value in fields.items()
        if isinstance(value, str | int | float)
    ]
    return readable(action), readable(", ".join(plain[:_SHOWN]))
