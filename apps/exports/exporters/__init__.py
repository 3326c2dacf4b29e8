"""What can be exported: an exporter turns a subject into typed rows and the facts of a page."""

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

Cell = str | int | Decimal | dt.date | dt.datetime | None


@dataclass(frozen=True, slots=True)
class Export:
    """One document: a table for machines, and a page for people.

    `template` is a file of templates/documents; `page` is what it prints, words included.
    """

    name: str
    columns: tuple[str, ...]
    rows: Sequence[tuple[Cell, ...]]
    template: str
    page: dict[str, Any]
    issued_at: dt.datetime


@dataclass(frozen=True, slots=True)
class Exporter:
    """A kind of document; `build` takes the subject's number."""

    identifier: str
    build: Callable[..., Export]


_exporters: dict[str, Exporter] = {}


def register(exporter: Exporter) -> Exporter:
    """Add an exporter."""
    _exporters[exporter.identifier] = exporter
    return exporter


def get_exporter(identifier: str) -> Exporter:
    """Return an exporter.

    :raises KeyError: there is none.
    """
    return _exporters[identifier]


def list_exporters() -> list[str]:
    """Return every identifier, sorted."""
    return sorted(_exporters)
