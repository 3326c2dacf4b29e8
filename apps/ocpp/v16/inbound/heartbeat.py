"""Heartbeat: the station sets its clock by the answer."""

from apps.ocpp.lenient import moment_text
from apps.ocpp.v16.registry import handles
from apps.ocpp.work import Inbound, Telling


@handles("Heartbeat")
def heartbeat(call: Inbound) -> Telling:
    """Answer the time."""
    return Telling({"currentTime": moment_text(call.received_at)})
