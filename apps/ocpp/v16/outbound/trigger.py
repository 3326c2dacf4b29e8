"""TriggerMessage, and ExtendedTriggerMessage for what only the security extension knows."""

from apps.ocpp.v16.outbound.registry import sends
from apps.ocpp.work import Payload

_EXTENDED = frozenset({"LogStatusNotification", "SignChargePointCertificate"})


@sends("trigger")
def trigger(args: Payload) -> tuple[str, Payload]:
    """Ask for a message; without an EVSE it is about all of them."""
    said = {"requestedMessage": args["message"]}
    if "evse" in args:
        said["connectorId"] = args["evse"]
    action = "ExtendedTriggerMessage" if args["message"] in _EXTENDED else "TriggerMessage"
    return action, said
