"""The only clock. Doors ask it and pass the moment down; the demo replays history through it."""

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
_replayed: ContextVar[dt.datetime | None] = ContextVar("laadboek_replayed_moment", default=None)


def now() -> dt.datetime:
    """Return this moment in UTC, or the replayed one."""
    return _replayed.get() or dt.datetime.now(dt.UTC)


@contextmanager
def replaying(moment: dt.datetime) -> Iterator[None]:
    """Let `now()` answer a past moment inside the block (this context only).

    :raises ValueError: the moment has no time zone.
    """
    if moment.tzinfo is None:
        raise ValueError("a replayed moment needs a time zone")
    token = _replayed.set(moment.astimezone(dt.UTC))
    try:
        yield
    finally:
        _replayed.reset(token)


def microseconds(moment: dt.datetime) -> int:
    """Return a moment as whole microseconds since 1970."""
    return (moment - EPOCH) // dt.timedelta(microseconds=1)
