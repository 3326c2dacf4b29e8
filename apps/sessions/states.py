"""The life of a session as one table (pure).

    begin ── start ──────▶ active ── stop, presume ──▶ closed ── settle ──▶ settled
    begin ── refuse ─────▶ refused ── stop ──▶ closed            replace │
    begin ── reconstruct ────────────────────▶ closed ◀──────────────────┘

A refused attempt without energy stays refused: there is nothing to settle. What replaces a
provisional end or a reconstructed begin closes the session again, so that it is settled anew.
"""

from collections.abc import Mapping
from enum import StrEnum


class State(StrEnum):
    """Where a session stands; `BEGIN` is before its row exists."""

    BEGIN = ""
    ACTIVE = "active"
    REFUSED = "refused"
    CLOSED = "closed"
    SETTLED = "settled"


class Event(StrEnum):
    """What moves it."""

    START = "start"  # an accepted start
    REFUSE = "refuse"  # a start whose card was not accepted
    RECONSTRUCT = "reconstruct"  # a stop whose start never came
    STOP = "stop"
    STOP_EMPTY = "stop_empty"  # the stop of a refused attempt that took no energy
    PRESUME = "presume"  # no stop came; something else says that it is over
    REPLACE = "replace"  # the real message arrives after a substitute was used
    SETTLE = "settle"


MOVES: Mapping[tuple[State, Event], State] = {
    (State.BEGIN, Event.START): State.ACTIVE,
    (State.BEGIN, Event.REFUSE): State.REFUSED,
    (State.BEGIN, Event.RECONSTRUCT): State.CLOSED,
    (State.ACTIVE, Event.STOP): State.CLOSED,
    (State.ACTIVE, Event.PRESUME): State.CLOSED,
    (State.REFUSED, Event.STOP): State.CLOSED,
    (State.REFUSED, Event.STOP_EMPTY): State.REFUSED,
    (State.CLOSED, Event.REPLACE): State.CLOSED,
    (State.SETTLED, Event.REPLACE): State.CLOSED,
    (State.CLOSED, Event.SETTLE): State.SETTLED,
}


class IllegalMoveError(ValueError):
    """A session was asked to do what its table does not hold: a defect of ours."""


def move(state: str, event: Event) -> State:
    """Return the state after an event.

    :raises IllegalMoveError: the table has no such move.
    """
    found = MOVES.get((State(state), event))
    if found is None:
        raise IllegalMoveError(f"a session that is {state or 'new'} cannot {event}")
    return found
