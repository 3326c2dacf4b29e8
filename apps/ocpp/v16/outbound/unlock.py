"""UnlockConnector."""

from apps.ocpp.v16.outbound.registry import sends
from apps.ocpp.work import Payload


@sends("unlock")
def unlock(args: Payload) -> tuple[str, Payload]:
    """Free a cable: an EVSE is a connector in 1.6."""
    return "UnlockConnector", {"connectorId": args["evse"]}
