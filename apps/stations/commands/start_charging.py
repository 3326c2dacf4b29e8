"""Start charging for a card."""

from apps.core.refused import Refused
from apps.stations.commands.registry import Args, kind, whole_number

LONGEST_TOKEN = 255


@kind("start-charging", confirm_within_s=120)
def start_charging(args: Args) -> Args:
    """Read `evse`, `connector` (1 when absent) and `token`."""
    token = args.get("token")
    if not isinstance(token, str) or not token.strip() or len(token) > LONGEST_TOKEN:
        raise Refused(
            "argument_wrong",
            "token must be the text of a card that may charge here.",
            field="token",
        )
    return {
        "evse": whole_number(args, "evse", most=999),
        "connector": whole_number(args, "connector", default=1, most=99),
        "token": token.strip(),
    }
