"""GetLocalListVersion."""

from apps.ocpp.v16.outbound.registry import sends
from apps.ocpp.work import Payload


@sends("local-list-version")
def local_list_version(args: Payload) -> tuple[str, Payload]:
    """Ask for the version; -1 says that there is no list."""
    return "GetLocalListVersion", {}
