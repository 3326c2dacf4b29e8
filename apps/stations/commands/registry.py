"""The register of command kinds."""

from collections.abc import Callable
from dataclasses import dataclass

from apps.core.refused import NotFound
from apps.stations.commands.arguments import Args, Argument, Whole, read_all

EVSE = Whole(name="evse", about="Number of the EVSE, from 1.", most=999)
ANY_EVSE = Whole(
    name="evse", about="Number of the EVSE; left out: the station.", default=None, most=999
)
CONNECTOR = Whole(name="connector", about="Number of its connector.", default=1, most=99)


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of command: its arguments, and how long its effect may take.

    `confirm_within_s` 0: the answer is the effect, nothing more is to be seen.
    """

    name: str
    about: str
    confirm_within_s: int
    arguments: tuple[Argument, ...]
    check: Callable[[Args], None] | None = None

    def read(self, given: Args) -> Args:
        """Return the arguments in one spelling.

        :raises Refused: one is missing, not usable or unknown, or they do not go together.
        """
        args = read_all(self.arguments, given)
        if self.check is not None:
            self.check(args)
        return args


_kinds: dict[str, Kind] = {}


def register(
    name: str,
    about: str,
    *arguments: Argument,
    confirm_within_s: int = 0,
    check: Callable[[Args], None] | None = None,
) -> Kind:
    """Register a kind of command."""
    _kinds[name] = Kind(name, about, confirm_within_s, arguments, check)
    return _kinds[name]


def kind_of(name: str) -> Kind:
    """Return a kind.

    :raises NotFound: there is no such command.
    """
    if name not in _kinds:
        raise NotFound(
            "command_unknown",
            f"There is no command {name!r}; use {', '.join(_kinds)}.",
            field="kind",
        )
    return _kinds[name]


def list_kinds() -> list[str]:
    """Return the names of all kinds."""
    return sorted(_kinds)
