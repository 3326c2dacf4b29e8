"""Dropping the bytes of old frames: run as the owner, for the runtime role may not delete.

The rows stay with their leaves, so the chain verifies as before; what a document rests on stays
whole. Higher rooms say what that is: they register in `AppConfig.ready()`.
"""

import datetime as dt
from collections.abc import Callable, Collection
from dataclasses import dataclass

from apps.audit.operations import record
from apps.core.refused import Refused
from apps.stations.models import JournalPayload, JournalRow, JournalSecret

SHORTEST_DAYS = 30  # a correction may still ask for what is younger
BATCH = 2000
Support = Callable[[Collection[int]], set[int]]
_supports: list[Support] = []


@dataclass(frozen=True, slots=True)
class Dropped:
    """What one batch did; `last_id` is where the next begins, None at the end."""

    frames: int
    secrets: int
    kept: int
    last_id: int | None


def supports(find: Support) -> Support:
    """Register who knows which of some journal rows support a session or a document."""
    if find not in _supports:
        _supports.append(find)
    return find


def drop_frames(*, before: dt.datetime, after_id: int = 0) -> Dropped:
    """Drop the bytes and secrets of one batch of frames older than `before`.

    A frame that supports something is kept, and so is its answer: the two follow each other.
    """
    rows = list(
        JournalRow.objects.filter(pk__gt=after_id, at__lt=before).order_by("pk")[: BATCH + 1]
    )
    rows = _without_open_call(rows)
    if not rows:
        return Dropped(0, 0, 0, None)
    ids = [row.pk for row in rows]
    kept = set().union(*(find(ids) for find in _supports))
    answers = {(row.connection_id, row.seq + 1) for row in rows if row.pk in kept}
    doomed = [
        row.pk
        for row in rows
        if row.pk not in kept
        and not (row.direction == "out" and (row.connection_id, row.seq) in answers)
    ]
    secrets, _ = JournalSecret.objects.filter(row_id__in=doomed).delete()
    frames, _ = JournalPayload.objects.filter(row_id__in=doomed).delete()
    return Dropped(frames, secrets, len(ids) - len(doomed), ids[-1])


def _without_open_call(rows: list[JournalRow]) -> list[JournalRow]:
    """Leave a CALL at the end of a full batch to the next one, together with its answer."""
    if len(rows) <= BATCH:
        return rows
    return rows[:-2] if rows[-2].direction == "in" else rows[:-1]


def record_drop(*, before: dt.datetime, frames: int, secrets: int, kept: int) -> None:
    """Write down in the audit trail what a run dropped."""
    record(
        "stations.frames.dropped",
        after={
            "before": before.isoformat(),
            "frames": frames,
            "secrets": secrets,
            "kept": kept,
        },
    )


def oldest_kept(*, days: int, now: dt.datetime) -> dt.datetime:
    """Return the moment before which frames are old.

    :raises Refused: so few days that corrections would lose what they need.
    """
    if days < SHORTEST_DAYS:
        raise Refused(
            "retention_short",
            f"Keep frames for at least {SHORTEST_DAYS} days: corrections need them.",
            field="days",
        )
    return now - dt.timedelta(days=days)
