"""ChangeConfiguration."""

from apps.ocpp.v16.outbound.registry import sends
from apps.ocpp.work import Payload


@sends("set-config")
def set_config(args: Payload) -> tuple[str, Payload]:
    """Change one key."""
    return "ChangeConfiguration", {"key": args["key"], "value": args["value"]}
