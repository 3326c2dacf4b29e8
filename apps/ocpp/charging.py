"""The room of sessions, looked up when a message needs it: it is being built beside this door."""

from importlib import import_module
from typing import Any


def _call(name: str, **values: Any) -> Any:
    return getattr(import_module("apps.sessions.operations"), name)(**values)


def authorise(**values: Any) -> Any:
    """Decide about a card."""
    return _call("authorise", **values)


def start(**values: Any) -> Any:
    """Open a session."""
    return _call("start", **values)


def stop(**values: Any) -> Any:
    """Close a session."""
    return _call("stop", **values)
