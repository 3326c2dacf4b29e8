"""ChangeAvailability."""

from apps.ocpp.v16.outbound.registry import sends
from apps.ocpp.work import Payload


@sends("set-availability")
def set_availability(args: Payload) -> tuple[str, Payload]:
    """Take in or out of use; connector 0 is the whole station."""
    word = "Operative" if args["operative"] else "Inoperative"
    return "ChangeAvailability", {"connectorId": args.get("evse", 0), "type": word}
