"""Events after commit: they carry ids only, and nobody's failure undoes what was committed."""

import logging
from collections import defaultdict
from collections.abc import Callable
from typing import Any

from django.db import transaction

from apps.core import binding

log = logging.getLogger(__name__)
Listener = Callable[..., None]
_listeners: dict[str, list[Listener]] = defaultdict(list)


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
    transaction.on_commit(lambda: publish(name, schema=schema, **ids), robust=True)
