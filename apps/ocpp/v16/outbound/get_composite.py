"""GetCompositeSchedule."""

from apps.ocpp.v16.outbound.registry import sends
from apps.ocpp.work import Payload


@sends("get-composite")
def get_composite(args: Payload) -> tuple[str, Payload]:
    """Ask for what follows from all profiles; connector 0 is the whole station."""
    said: Payload = {"connectorId": args.get("evse", 0), "duration": args["duration_s"]}
    return "GetCompositeSchedule", (
        {**said, "chargingRateUnit": args["unit"]} if "unit" in args else said
    )
