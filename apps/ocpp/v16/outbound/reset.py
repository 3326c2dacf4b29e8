"""Reset."""

from apps.ocpp.v16.outbound.registry import sends
from apps.ocpp.work import Payload


@sends("reset")
def reset(args: Payload) -> tuple[str, Payload]:
    """Restart: Soft ends a transaction first, Hard may not."""
    return "Reset", {"type": args["type"].capitalize()}
