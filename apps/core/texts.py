"""Texts that came from outside, on their way to a page."""


def readable(text: str) -> str:
    """Return a text that every page can carry: no NUL, no half of a character (JSON has both)."""
    return text.encode("utf-8", "replace").decode().replace("\x00", "\ufffd")
