"""The register of command kinds."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from apps.core.refused import NotFound, Refused

Args = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of command: how its arguments are read, and how long its effect may take."""

    name: str
    read: Callable[[Args], Args]
    confirm_within_s: int


_kinds: dict[str, Kind] = {}


def kind(name: str, *, confirm_within_s: int) -> Callable[[Callable[[Args], Args]], Kind]:
    """Register a kind; the function checks the arguments and returns them in one spelling."""

    def register(read: Callable[[Args], Args]) -> Kind:
        _kinds[name] = Kind(name, read, confirm_within_s)
        return _kinds[name]

    return register


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


def whole_number(
    args: Args, name: str, *, default: int | None = None, most: int = 2**31 - 1
) -> int:
    """Read a whole number of at least 1.

    :raises Refused: it is missing, no whole number or out of range.
    """
    value = args.get(name, default)
    if isinstance(value, str) and value.isascii() and value.isdigit():
        value = int(value)
    if type(value) is not int or not 1 <= value <= most:
        raise Refused(
            "argument_wrong", f"{name} must be a whole number from 1 to {most}.", field=name
        )
    return value
