"""SecurityEventNotification: kept for people to see."""

import json

from apps.core.clock import microseconds
from apps.ocpp.lenient import moment, text
from apps.ocpp.v16.registry import handles
from apps.ocpp.work import Inbound, Telling


@handles("SecurityEventNotification", needs=("type",))
def security_event_notification(call: Inbound) -> Telling:
    """Keep the event; the type is an open list."""
    at = moment(call.payload.get("timestamp"), call.received_at) or call.received_at
    kind = text(call.payload.get("type"), 40) or "unknown"
    detail = json.dumps({"from": "station", "info": text(call.payload.get("techInfo"), 255)})
    row = (call.station.station_id, microseconds(at), kind, detail)
    return Telling({}, [("stations.security", row)])
