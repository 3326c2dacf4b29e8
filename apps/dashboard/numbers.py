"""Numbers from an address or a form."""


def whole(text: str | None) -> int | None:
    """Return a whole number of at most nine digits, or None."""
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 10 else None
