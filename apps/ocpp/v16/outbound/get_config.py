"""GetConfiguration."""

from apps.ocpp.v16.outbound.registry import sends
from apps.ocpp.work import Payload


@sends("get-config")
def get_config(args: Payload) -> tuple[str, Payload]:
    """Ask for some keys, or for all by naming none."""
    return "GetConfiguration", {"key": args["keys"]} if "keys" in args else {}
