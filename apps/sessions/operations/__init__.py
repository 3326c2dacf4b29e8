"""Writes of sessions: what a station tells of its transactions, and what becomes of them."""

from apps.sessions.operations.authorising import Authorisation, authorise
from apps.sessions.operations.closing import (
    Registers,
    mark_settled,
    presume_ended,
    record_settled_registers,
)
from apps.sessions.operations.starting import Started, start
from apps.sessions.operations.stopping import Stopped, stop

__all__ = [
    "Authorisation",
    "Registers",
    "Started",
    "Stopped",
    "authorise",
    "mark_settled",
    "presume_ended",
    "record_settled_registers",
    "start",
    "stop",
]
