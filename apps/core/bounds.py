"""Texts that a column can hold: what is too long is refused by name, not by the database."""

from apps.core.refused import Refused


def bounded(text: str, *, longest: int, field: str) -> str:
    """Return a text without the spaces around it.

    :raises Refused: it is longer than `longest` characters, or holds a NUL.
    """
    found = text.strip()
    if len(found) > longest or "\0" in found:
        raise Refused(f"{field}_long", f"Give at most {longest} plain characters.", field=field)
    return found
