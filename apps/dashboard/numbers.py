"""Numbers from an address or a form, and sums that know what they do not know."""

from collections.abc import Iterable
from decimal import Decimal


def whole(text: str | None) -> int | None:
    """Return a whole number of at most nine digits, or None."""
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 10 else None


def known_sum(values: Iterable[Decimal | None]) -> Decimal | None:
    """Add up what is known; None when there is something and none of it is known."""
    given = list(values)
    known = [value for value in given if value is not None]
    return sum(known, Decimal(0)) if known or not given else None
