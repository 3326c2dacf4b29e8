"""RemoteStartTransaction."""

from apps.ocpp.v16.outbound.registry import sends
from apps.ocpp.work import Payload


@sends("start-charging")
def start_charging(args: Payload) -> tuple[str, Payload]:
    """Start for a card: an EVSE is a connector in 1.6."""
    return "RemoteStartTransaction", {"connectorId": args["evse"], "idTag": args["token"]}
