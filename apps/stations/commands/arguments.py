"""What a command is told, in our words: each argument says what it takes and how it is read.

Doors describe their forms and bodies from this list; it is also what checks them.
"""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

from apps.core.refused import Refused

Args = dict[str, Any]
MISSING: Any = object()


@dataclass(frozen=True, slots=True, kw_only=True)
class Argument:
    """A named argument; without `default` it must be given, with None it may be left out."""

    name: str
    about: str = ""
    default: Any = MISSING

    @property
    def is_required(self) -> bool:
        """Whether it must be given."""
        return self.default is MISSING

    def take(self, args: Mapping[str, Any]) -> Any:
        """Return its value from what was given.

        :raises Refused: it is missing or not usable; `field` is its name.
        """
        value = args.get(self.name)
        if value is None:
            if self.is_required:
                raise self.refused("is missing.")
            return self.default
        return self.read(value)

    def read(self, value: Any) -> Any:
        """Return a given value in one spelling."""
        return value

    def refused(self, why: str) -> Refused:
        """Return the refusal of a value."""
        return Refused("argument_wrong", f"{self.name} {why}", field=self.name)


@dataclass(frozen=True, slots=True, kw_only=True)
class Whole(Argument):
    """A whole number, also as text."""

    least: int = 1
    most: int = 2**31 - 1

    def read(self, value: Any) -> int:
        """Return the number."""
        if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) < 12:
            value = int(value)
        if type(value) is not int or not self.least <= value <= self.most:
            raise self.refused(f"must be a whole number from {self.least} to {self.most}.")
        return value


@dataclass(frozen=True, slots=True, kw_only=True)
class Number(Argument):
    """A number of zero or more; kept as text, so that no digit is lost."""

    most: int = 10**9

    def read(self, value: Any) -> str:
        """Return the number as text."""
        try:
            number = Decimal(str(value)) if type(value) in {int, float, str, Decimal} else None
        except InvalidOperation:
            number = None
        if number is None or not number.is_finite() or not 0 <= number <= self.most:
            raise self.refused(f"must be a number from 0 to {self.most}.")
        return format(number, "f")


@dataclass(frozen=True, slots=True, kw_only=True)
class Text(Argument):
    """Printable text; `is_block` allows lines, `shortest` 0 an empty text."""

    shortest: int = 1
    longest: int = 255
    is_block: bool = False

    def read(self, value: Any) -> str:
        """Return the text without the spaces around it."""
        text = value.strip() if isinstance(value, str) else None
        lines = (text or "").splitlines() if self.is_block else [text or ""]
        if text is None or not self.shortest <= len(text) <= self.longest:
            raise self.refused(f"must be text of {self.shortest} to {self.longest} characters.")
        if not all(line.isprintable() for line in lines):
            raise self.refused("holds characters that cannot be shown.")
        return text


@dataclass(frozen=True, slots=True, kw_only=True)
class TransactionId(Argument):
    """What the station calls its transaction: a number in OCPP 1.6, text in 2.x."""

    def read(self, value: Any) -> str:
        """Return it as text."""
        text = str(value) if type(value) is int else value
        if not isinstance(text, str) or not 1 <= len(text.strip()) <= 36:
            raise self.refused("must name the transaction, as the session shows it.")
        return text.strip()


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice(Argument):
    """One of some words."""

    values: tuple[str, ...]

    def read(self, value: Any) -> str:
        """Return the word."""
        if not isinstance(value, str) or value not in self.values:
            raise self.refused(f"must be one of {', '.join(self.values)}.")
        return value


@dataclass(frozen=True, slots=True, kw_only=True)
class Flag(Argument):
    """Yes or no."""

    def read(self, value: Any) -> bool:
        """Return true or false."""
        if type(value) is not bool:
            raise self.refused("must be true or false.")
        return value


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment(Argument):
    """A moment with its offset; kept as UTC text."""

    def read(self, value: Any) -> str:
        """Return the moment as ISO text in UTC."""
        try:
            moment = value if isinstance(value, dt.datetime) else dt.datetime.fromisoformat(value)
        except (TypeError, ValueError) as error:
            raise self.refused("must be a moment such as 2026-12-31T08:00:00Z.") from error
        if moment.tzinfo is None:
            raise self.refused("needs an offset, such as Z or +01:00.")
        return moment.astimezone(dt.UTC).isoformat().replace("+00:00", "Z")


@dataclass(frozen=True, slots=True, kw_only=True)
class Texts(Argument):
    """Some texts, each of at most `longest` characters."""

    longest: int = 255
    most: int = 200

    def read(self, value: Any) -> list[str]:
        """Return the texts."""
        if not isinstance(value, list | tuple) or not 1 <= len(value) <= self.most:
            raise self.refused(f"must be a list of 1 to {self.most} texts.")
        each = Text(name=self.name, longest=self.longest)
        return [each.read(item) for item in value]


@dataclass(frozen=True, slots=True, kw_only=True)
class Group(Argument):
    """Arguments in one object."""

    parts: tuple[Argument, ...]

    def read(self, value: Any) -> Args:
        """Return the object's arguments."""
        if not isinstance(value, Mapping):
            raise self.refused("must be an object.")
        return read_all(self.parts, value)


@dataclass(frozen=True, slots=True, kw_only=True)
class Groups(Group):
    """A list of such objects."""

    most: int = 200

    def read(self, value: Any) -> Any:
        """Return the objects' arguments."""
        if not isinstance(value, list | tuple) or not 1 <= len(value) <= self.most:
            raise self.refused(f"must be a list of 1 to {self.most} objects.")
        return [Group.read(self, item) for item in value]


def read_all(arguments: tuple[Argument, ...], given: Mapping[str, Any]) -> Args:
    """Read every argument; one that was left out and has no default is left out.

    :raises Refused: one is missing, not usable or unknown.
    """
    found = {argument.name: argument.take(given) for argument in arguments}
    for name in given:
        if name not in found:
            listed = ", ".join(sorted(found)) or "none"
            raise Refused(
                "argument_unknown", f"{name} is not known here; known: {listed}.", field=str(name)
            )
    return {name: value for name, value in found.items() if value is not None}
