"""CSV that a spreadsheet opens as it is and a program reads without guessing.

UTF-8 with a byte order mark and semicolons, because a Dutch Excel takes nothing else on a double
click; decimal points and ISO moments, because they mean the same everywhere (in Excel: Data, From
text, decimal separator "."). No cell can start a formula.
"""

import csv
import datetime as dt
import io
from decimal import Decimal

from apps.exports.exporters import Cell, Export
from apps.exports.writers import Writer, register

MARK = "\ufeff"
# What makes a spreadsheet compute, also in full width, and what some strip before they look.
_STARTERS = frozenset("=+-@|%\t\r\n\uff1d\uff0b\uff0d\uff20\u2212")


def cell_text(cell: Cell) -> str:
    """Return a cell as it is written; only text can be dangerous, and only text is changed."""
    if cell is None:
        return ""
    if isinstance(cell, Decimal):
        return format(cell, "f")
    if isinstance(cell, dt.datetime):
        return cell.isoformat(timespec="seconds")
    if isinstance(cell, int | dt.date):
        return str(cell)
    return neutral(cell)


def neutral(text: str) -> str:
    """Return text that no spreadsheet takes for a formula: an apostrophe stands before it."""
    text = text.replace("\0", "")
    bare = text.lstrip(" \u00a0\u200b\ufeff")
    return f"'{text}" if text[:1] in _STARTERS or bare[:1] in _STARTERS else text


def write(export: Export) -> bytes:
    """Write the rows under their column names."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, delimiter=";", lineterminator="\r\n")
    writer.writerow(export.columns)
    writer.writerows([cell_text(cell) for cell in row] for row in export.rows)
    return (MARK + out.getvalue()).encode()


CSV = register(Writer(kind="csv", content_type="text/csv; charset=utf-8", write=write))
