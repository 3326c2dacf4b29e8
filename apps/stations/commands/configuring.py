"""Read and change the settings of a station."""

from apps.core.refused import Refused
from apps.stations.commands.arguments import Args, Text, Texts
from apps.stations.commands.registry import register

LONGEST_KEY, LONGEST_VALUE = 50, 500
_SECRET = "authorizationkey"  # noqa: S105 - the name of a setting


def _no_secret(args: Args) -> None:
    """Refuse what would put a station's key in a command's row and in the journal."""
    if args["key"].casefold() == _SECRET:
        raise Refused(
            "key_by_itself",
            "The key of a station is never set as plain configuration.",
            field="key",
        )


GET_CONFIG = register(
    "get-config",
    "Read settings; without keys all of them.",
    Texts(name="keys", longest=LONGEST_KEY, default=None),
)
SET_CONFIG = register(
    "set-config",
    "Change a setting; it is read again before the command counts as confirmed.",
    Text(name="key", longest=LONGEST_KEY),
    Text(name="value", shortest=0, longest=LONGEST_VALUE),
    confirm_within_s=120,
    check=_no_secret,
)
