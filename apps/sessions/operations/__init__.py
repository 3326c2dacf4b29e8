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
from apps.sessions.operations.sweeping import ORPHAN_DAYS, end_if_over, reconcile_orphan

__all__ = [
    "ORPHAN_DAYS",
    "Authorisation",
    "Registers",
    "Started",
    "Stopped",
    "authorise",
    "end_if_over",
    "mark_settled",
    "presume_ended",
    "reconcile_orphan",
    "record_settled_registers",
    "start",
    "stop",
]
