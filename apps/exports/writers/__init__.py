"""Which files can be written: a writer turns an export into bytes, the same ones each time."""

from collections.abc import Callable
from dataclasses import dataclass

from apps.exports.exporters import Export


@dataclass(frozen=True, slots=True)
class Writer:
    """A file format."""

    kind: str  # also the ending of the file's name
    content_type: str
    write: Callable[[Export], bytes]


_writers: dict[str, Writer] = {}


def register(writer: Writer) -> Writer:
    """Add a writer."""
    _writers[writer.kind] = writer
    return writer


def get_writer(kind: str) -> Writer:
    """Return a writer.

    :raises KeyError: there is none.
    """
    return _writers[kind]


def list_writers() -> list[str]:
    """Return every kind, sorted."""
    return sorted(_writers)
