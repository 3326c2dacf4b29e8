"""The frames of one session among all those of its station.

Its transaction's, its cards' Authorize, and what its connector said while it ran: from when the
connector was free before the start until it is free again.
"""

import datetime as dt
import itertools
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Q

from apps.core.tokens import normalise_token
from apps.dashboard.installers.messages import MessageFact, message_fact
from apps.sessions.constants import NO_TRANSACTION
from apps.sessions.models import Session
from apps.stations.models import JournalRow

ENDS_SHOWN = 30  # frames at either end of a long session
_LOOKED_AT = 500  # frames of the station at either end, of which these are picked
_BEFORE = dt.timedelta(minutes=5)  # a card is held up and a plug put in before a start
_AFTER = dt.timedelta(minutes=5)
_FROM_STATION = Q(
    direction="in",
    action__in=[
        *("Authorize", "StatusNotification"),
        *("StartTransaction", "MeterValues", "StopTransaction"),
    ],
)
_FROM_US = Q(direction="out", action__in=["RemoteStartTransaction", "RemoteStopTransaction"])
_ASKS = frozenset({"Authorize", "RemoteStartTransaction"})


@dataclass(frozen=True, slots=True)
class _Frame:
    """A frame read: what it says, and the card it names, in the spelling of sessions."""

    pk: int
    at: dt.datetime
    action: str
    says: dict[str, Any]
    card: str


def list_session_frames(row: Session) -> tuple[list[MessageFact], bool]:
    """Return a session's frames in time order, and whether some in the middle were left out."""
    found = [frame.pk for frame in _of(row, _near(row))]
    shown = found if len(found) <= 2 * ENDS_SHOWN else found[:ENDS_SHOWN] + found[-ENDS_SHOWN:]
    fixed = [pk for pk in (row.begin_frame_id, row.end_frame_id) if pk]
    rows = JournalRow.objects.filter(pk__in=[*shown, *fixed]).select_related("payload")
    ordered = rows.prefetch_related("secrets").order_by("at", "pk")
    return [message_fact(frame) for frame in ordered], len(shown) < len(found)


def _near(row: Session) -> list[_Frame]:
    """Return what its station said around it, in time order; of a long one both ends."""
    rows = JournalRow.objects.filter(
        _FROM_STATION | _FROM_US,
        connection__station=row.station_id,
        at__gte=row.start_received_at - _BEFORE,
    )
    end = row.stop_received_at or row.ended_at
    if end is not None:
        rows = rows.filter(at__lt=max(end, row.start_received_at) + _AFTER)
    rows = rows.select_related("payload").prefetch_related("secrets")
    first = rows.order_by("at", "pk")[:_LOOKED_AT]
    last = rows.order_by("-at", "-pk")[:_LOOKED_AT]
    unique = {found.pk: found for found in itertools.chain(first, last)}
    ordered = sorted(unique.values(), key=lambda found: (found.at, found.pk))
    return [frame for found in ordered if (frame := _read(found)) is not None]


def _read(row: JournalRow) -> _Frame | None:
    """Read a CALL; None: dropped by retention, or no CALL that can be read."""
    payload = getattr(row, "payload", None)
    try:
        frame = json.loads(bytes(payload.body)) if payload else None
    except (ValueError, RecursionError):
        return None
    says = frame[-1] if isinstance(frame, list) and len(frame) == 4 and frame[0] == 2 else None
    if not isinstance(says, dict):
        return None
    hidden = {secret.commitment: bytes(secret.value) for secret in row.secrets.all()}
    card = hidden.get(str(says.get("idTag"))[1:], b"").decode("utf-8", "replace").strip('"')
    return _Frame(row.pk, row.at, row.action, says, normalise_token(card))


def _of(row: Session, near: Sequence[_Frame]) -> list[_Frame]:
    """Pick the frames of the session."""
    before = [frame for frame in near if frame.at < row.start_received_at]
    return _before(row, before) + _since(row, near[len(before) :])


def _before(row: Session, frames: Sequence[_Frame]) -> list[_Frame]:
    """Pick what led to the start: the plug since the connector was free, the card's last ask."""
    plug = [frame for frame in frames if _is_status_of(row, frame)]
    freed = max((n for n, frame in enumerate(plug) if _says_free(frame)), default=-1)
    asks = {frame.action: frame for frame in frames if _is_ask_of(row, frame)}
    return sorted([*plug[freed + 1 :], *asks.values()], key=lambda frame: (frame.at, frame.pk))


def _since(row: Session, frames: Sequence[_Frame]) -> list[_Frame]:
    """Pick what was said from the start on, until the connector is free after the end."""
    begin = next((frame for frame in frames if frame.pk == row.begin_frame_id), None)
    found, is_free = [], False
    for frame in frames:
        is_over = row.stop_received_at is not None and frame.at > row.stop_received_at
        if _is_status_of(row, frame):
            is_own = not is_free
            is_free = is_free or (is_over and _says_free(frame))
        elif _is_of_transaction(row, frame) or _is_repeated(begin, frame):
            is_own = True
        else:
            is_own = not is_over and (_is_ask_of(row, frame) or _is_loose_reading_of(row, frame))
        if is_own:
            found.append(frame)
    return found


def _is_of_transaction(row: Session, frame: _Frame) -> bool:
    named = str(frame.says.get("transactionId", ""))
    return named not in NO_TRANSACTION and named == row.transaction_id


def _is_repeated(begin: _Frame | None, frame: _Frame) -> bool:
    """Whether it is the start itself, or the station sent the start again."""
    parts = ("connectorId", "meterStart", "timestamp")
    return (
        begin is not None
        and frame.action == begin.action
        and all(frame.says.get(part) == begin.says.get(part) for part in parts)
    )


def _is_loose_reading_of(row: Session, frame: _Frame) -> bool:
    """Whether it measures the connector without naming a transaction."""
    named = str(frame.says.get("transactionId", ""))
    return frame.action == "MeterValues" and named in NO_TRANSACTION and _is_at(row, frame)


def _says_free(frame: _Frame) -> bool:
    return frame.says.get("status") == "Available"


def _is_status_of(row: Session, frame: _Frame) -> bool:
    return frame.action == "StatusNotification" and _is_at(row, frame)


def _is_ask_of(row: Session, frame: _Frame) -> bool:
    cards = {normalise_token(row.id_token), normalise_token(row.stop_id_token)} - {""}
    return frame.action in _ASKS and frame.card in cards


def _is_at(row: Session, frame: _Frame) -> bool:
    return str(frame.says.get("connectorId")) == str(row.evse_number)
