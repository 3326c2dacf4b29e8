"""Who acts here: set once by a door, read by every operation that writes an entry."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Actor:
    """A person or a machine, and the door it came through."""

    channel: str
    id: int | None = None
    name: str = ""


_SYSTEM = Actor(channel="system")
_actor: ContextVar[Actor | None] = ContextVar("laadboek_actor", default=None)


def current() -> Actor:
    """Return who acts."""
    return _actor.get() or _SYSTEM


@contextmanager
def acting(actor: Actor) -> Iterator[None]:
    """Name the actor for the block."""
    token = _actor.set(actor)
    try:
        yield
    finally:
        _actor.reset(token)
