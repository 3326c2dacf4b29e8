"""Restart a station."""

from apps.core.refused import Refused
from apps.stations.commands.registry import Args, kind

TYPES = ("soft", "hard")


@kind("reset", confirm_within_s=300)
def reset(args: Args) -> Args:
    """Read `type`: soft lets a transaction end first, hard does not."""
    value = args.get("type")
    if value not in TYPES:
        raise Refused("argument_wrong", "type must be soft or hard.", field="type")
    return {"type": value}
