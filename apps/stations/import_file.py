"""Reading a file of stations (pure): a header in Dutch or English, a row per station."""

import csv
import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from apps.core.refused import Refused

MOST_BYTES, MOST_ROWS, LONGEST_CELL = 1_000_000, 2000, 200
COLUMNS: Mapping[str, tuple[str, ...]] = {
    "identity": ("identity", "naam", "laadpaal", "station", "charge point id", "id"),
    "site": ("site", "locatie"),
    "ean": ("ean", "ean-code"),
    "key": ("key", "sleutel", "wachtwoord", "password"),
}
_KNOWN = {word: column for column, words in COLUMNS.items() for word in words}


@dataclass(frozen=True, slots=True)
class Row:
    """One row: its number in the file, counted as a spreadsheet does, and its cells."""

    number: int
    identity: str
    site: str = ""
    ean: str = ""
    key: str = ""


def read_file(content: bytes) -> list[Row]:
    """Read the rows; empty lines are left out.

    :raises Refused: it is too large, no text, has no usable header, or no rows.
    """
    if len(content) > MOST_BYTES:
        raise Refused("import_large", "The file is larger than 1 MB; split it.", field="file")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = content.decode("cp1252", "replace")
    text = text.replace("\0", "")
    try:
        lines = list(csv.reader(io.StringIO(text, newline=None), delimiter=_delimiter(text)))
    except csv.Error as error:
        raise Refused("import_no_table", f"This is no table: {error}.", field="file") from error
    names = _header(lines[0] if lines else [])
    rows = list(_rows(names, lines[1:]))
    if not rows:
        raise Refused("import_empty", "The file has no rows below its header.", field="file")
    if len(rows) > MOST_ROWS:
        raise Refused(
            "import_long", f"A file has at most {MOST_ROWS} rows; split it.", field="file"
        )
    return rows


def _delimiter(text: str) -> str:
    """Return what parts the cells: Dutch spreadsheets write semicolons."""
    first = text.split("\n", 1)[0]
    return max(";,\t", key=first.count)


def _header(cells: list[str]) -> list[str | None]:
    names = [_KNOWN.get(cell.strip().casefold()) for cell in cells]
    strange = [cell.strip() for cell, name in zip(cells, names, strict=True) if not name]
    strange = [cell for cell in strange if cell]
    if strange:
        known = ", ".join(words[0] for words in COLUMNS.values())
        raise Refused(
            "import_column",
            f"The column {strange[0][:50]!r} is not known; known: {known}.",
            field="file",
        )
    if "identity" not in names:
        raise Refused("import_header", "The first line must name a column identity.", field="file")
    if len([name for name in names if name]) != len({name for name in names if name}):
        raise Refused("import_twice", "A column stands there twice.", field="file")
    return names


def _rows(names: list[str | None], lines: list[list[str]]) -> Iterator[Row]:
    for number, cells in enumerate(lines, start=2):
        if not any(cell.strip() for cell in cells):
            continue
        pairs = zip(names, cells, strict=False)
        told = {name: cell.strip()[:LONGEST_CELL] for name, cell in pairs if name}
        yield Row(number, told.pop("identity", ""), **told)
