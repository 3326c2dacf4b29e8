"""Events after commit: they carry ids only, and nobody's failure undoes what was committed."""

import logging
import queue
import threading
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import partial
from typing import Any

from django.db import transaction

from apps.core import binding

log = logging.getLogger(__name__)
Listener = Callable[..., None]
_listeners: dict[str, list[Listener]] = defaultdict(list)
_is_muted: ContextVar[bool] = ContextVar("laadboek_events_muted", default=False)
_MOST_WAITING = 10_000
_waiting: queue.Queue[Callable[[], None]] | None = None  # None: listeners run where the event is


def listen(name: str, listener: Listener) -> None:
    """Register a listener (in `AppConfig.ready()`); it is called with `schema` and the ids."""
    if listener not in _listeners[name]:
        _listeners[name].append(listener)


def publish(name: str, *, schema: str, **ids: Any) -> None:
    """Call the listeners now: for what is already committed."""
    for listener in _listeners[name]:
        try:
            listener(schema=schema, **ids)
        except Exception:
            log.exception("an event listener failed")


def emit(name: str, **ids: Any) -> None:
    """Publish once the current transaction has committed."""
    schema = binding.require()
    if not _is_muted.get():
        call = partial(publish, name, schema=schema, **ids)
        transaction.on_commit(lambda: _deliver(call), robust=True)


def hint(name: str, *, schema: str, **ids: Any) -> None:
    """Publish what is committed already, without waiting for the listeners."""
    _deliver(partial(publish, name, schema=schema, **ids))


@contextmanager
def muted() -> Iterator[None]:
    """Emit nothing inside the block: nobody looks at history that is being replayed."""
    token = _is_muted.set(True)
    try:
        yield
    finally:
        _is_muted.reset(token)


def deliver_in_background() -> None:
    """Let a thread call the listeners from now on: a dead Redis must not delay a station.

    Under pressure hints are dropped; the rows are the truth.
    """
    global _waiting  # noqa: PLW0603 - one per process
    if _waiting is None:
        _waiting = queue.Queue(_MOST_WAITING)
        threading.Thread(target=_call_for_ever, args=[_waiting], name="events", daemon=True).start()


def _deliver(call: Callable[[], None]) -> None:
    if _waiting is None:
        call()
        return
    try:
        _waiting.put_nowait(call)
    except queue.Full:
        log.warning("a live hint was dropped")


def _call_for_ever(waiting: "queue.Queue[Callable[[], None]]") -> None:
    while True:
        waiting.get()()
