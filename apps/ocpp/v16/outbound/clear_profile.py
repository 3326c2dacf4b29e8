"""ClearChargingProfile."""

from apps.ocpp.v16.outbound.registry import sends
from apps.ocpp.v16.outbound.set_profile import PURPOSES
from apps.ocpp.work import Payload


@sends("clear-profile")
def clear_profile(args: Payload) -> tuple[str, Payload]:
    """Take away the one with an id, or all that fit."""
    said: Payload = {}
    for ours, theirs in (("id", "id"), ("evse", "connectorId"), ("level", "stackLevel")):
        if ours in args:
            said[theirs] = args[ours]
    if "purpose" in args:
        said["chargingProfilePurpose"] = PURPOSES[args["purpose"]]
    return "ClearChargingProfile", said
