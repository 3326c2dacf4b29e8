"""ReserveNow."""

from apps.ocpp.v16.outbound.registry import sends
from apps.ocpp.work import Payload


@sends("reserve")
def reserve(args: Payload) -> tuple[str, Payload]:
    """Keep a connector for a card."""
    return "ReserveNow", {
        "connectorId": args["evse"],
        "expiryDate": args["until"],
        "idTag": args["token"],
        "reservationId": args["reservation"],
    }
