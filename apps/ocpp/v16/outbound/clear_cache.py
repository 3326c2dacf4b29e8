"""ClearCache."""

from apps.ocpp.v16.outbound.registry import sends
from apps.ocpp.work import Payload


@sends("clear-cache")
def clear_cache(args: Payload) -> tuple[str, Payload]:
    """Empty the authorisation cache."""
    return "ClearCache", {}
