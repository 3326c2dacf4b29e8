"""A frame of the journal as a page shows it: short in plain form, the JSON one click away.

What stands sealed in the journal is shown masked: of a card its last four characters, of
anything else nothing.
"""

import datetime as dt
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from apps.core.texts import readable
from apps.dashboard import formats, words
from apps.stations.models import JournalRow

MASK = "••••"
_CARDS = frozenset({"idTag", "parentIdTag", "idToken"})
_MOST_SHORT = 200
_MOST_PRETTY = 20_000
_KINDS = {2: "call", 3: "result", 4: "error"}


@dataclass(frozen=True, slots=True)
class MessageFact:
    """A frame as plain data."""

    id: int
    at: dt.datetime
    is_inbound: bool
    kind: str  # call, result, error or ""
    action: str
    message_id: str
    short: str
    pretty: str
    latency_ms: int | None
    row_hash: str
    seq: int
    remark: str = ""

    @property
    def name(self) -> str:
        """What it is about: its action, or why it has none."""
        if self.action:
            return self.action
        if self.is_inbound and self.kind in {"result", "error"}:
            return _("Zonder vraag")
        return _("Onleesbaar bericht")


def unseal(value: Any, secrets: Mapping[str, bytes], key: str = "") -> Any:
    """Replace commitments by masks, all through a decoded frame."""
    if isinstance(value, dict):
        return {name: unseal(inner, secrets, name) for name, inner in value.items()}
    if isinstance(value, list):
        return [unseal(inner, secrets, key) for inner in value]
    if isinstance(value, str) and len(value) == 65 and value.startswith("~"):
        hidden = secrets.get(value[1:], b"").decode("utf-8", "replace").strip('"')
        return formats.card(hidden) if key in _CARDS and hidden else MASK
    return value


def _plain(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, dict):
        return " ".join(f"{name}={_plain(inner)}" for name, inner in value.items())
    if isinstance(value, list):
        return ", ".join(text for text in map(_plain, value) if text)
    return str(value)


def _verdict_first(body: dict[str, Any]) -> dict[str, Any]:
    """Put a status, also a card's, before the rest: a row shows the begin of a line only."""
    info = body.get("idTagInfo")
    if isinstance(info, dict):
        body = {**{name: value for name, value in body.items() if name != "idTagInfo"}, **info}
    return {"status": body["status"], **body} if "status" in body else body


def _samples(payload: dict[str, Any]) -> str:
    """Return the last sampled values of a MeterValues in one line."""
    values = payload.get("meterValue")
    last = values[-1] if isinstance(values, list) and values else None
    samples = last.get("sampledValue") if isinstance(last, dict) else None
    if not isinstance(samples, list):
        return _plain(payload)
    parts = [
        f"{sample.get('value')} {sample.get('unit', 'Wh')}"
        for sample in samples
        if isinstance(sample, dict)
    ]
    connector = payload.get("connectorId", "?")
    return _("connector %(number)s: %(values)s") % {
        "number": connector,
        "values": ", ".join(parts[:6]),
    }


def _short_form(frame: Any, action: str) -> str:
    """Return the content of a frame in one line; a frame may be any JSON."""
    if not isinstance(frame, list) or len(frame) < 3:
        return _plain(frame)[:_MOST_SHORT]
    kind = _kind_of(frame)
    body = frame[-1] if kind in {"call", "result"} else frame[2:]
    if action == "MeterValues" and kind == "call" and isinstance(body, dict):
        return _samples(body)[:_MOST_SHORT]
    return _plain(_verdict_first(body) if isinstance(body, dict) else body)[:_MOST_SHORT]


def _kind_of(frame: Any) -> str:
    first = frame[0] if isinstance(frame, list) and frame else 0
    return _KINDS.get(first, "") if type(first) is int else ""


def look_at(body: bytes, secrets: Mapping[str, bytes], action: str) -> tuple[str, str, str]:
    """Return the kind of a stored frame, its short form, and how it looks written out.

    Never raises: whatever a station sent was kept, and rubbish is shown as it came.
    """
    try:
        frame = unseal(json.loads(body), secrets)
        pretty = json.dumps(frame, indent=2, ensure_ascii=False)
        kind, short = _kind_of(frame), _short_form(frame, action)
    except (ValueError, RecursionError):
        pretty = MASK if body.startswith(b'"~') else body.decode("utf-8", "replace")
        kind, short = "", pretty[:_MOST_SHORT]
    else:
        pretty = frame if isinstance(frame, str) else pretty
    return kind, readable(short), readable(pretty[:_MOST_PRETTY])


def message_fact(row: JournalRow) -> MessageFact:
    """Return a journal row as plain data; a payload dropped by retention is said to be."""
    payload = getattr(row, "payload", None)
    kind, short, pretty = "", _("inhoud na de bewaartermijn verwijderd"), ""
    if payload is not None:
        secrets = {secret.commitment: bytes(secret.value) for secret in row.secrets.all()}
        kind, short, pretty = look_at(bytes(payload.body), secrets, row.action)
    return MessageFact(
        id=row.pk,
        at=row.at,
        is_inbound=row.direction == "in",
        kind=kind,
        action=row.action,
        message_id=row.message_id,
        short=short,
        pretty=pretty,
        latency_ms=None if row.latency_us is None else round(row.latency_us / 1000),
        row_hash=bytes(row.row_hash).hex(),
        seq=row.seq,
        remark=words.remark(getattr(row, "remark", "")),
    )
