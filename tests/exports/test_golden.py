"""The CSV of a statement, byte for byte, and the table and metadata of its PDF.

To renew: look at the difference, then `make test ARGS="tests/exports/test_golden.py --renew"`.
"""

from pathlib import Path

import pytest

from tests.exports import months
from tests.exports.pdf import Pdf

GOLDEN = Path(__file__).parent / "golden"
pytestmark = pytest.mark.golden


def kept(name: str, body: bytes, request: pytest.FixtureRequest) -> bytes:
    """Return what the kept file holds; write it first when asked to renew."""
    path = GOLDEN / name
    if request.config.getoption("--renew"):
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(body)
    return path.read_bytes()


def test_the_csv_of_a_statement_is_the_kept_one(month, request):
    body = months.document("csv")
    assert body == kept(f"{months.NUMBER}.csv", body, request)


def test_the_table_of_the_pdf_is_the_kept_one(month, request):
    rows = Pdf(months.document("pdf")).rows()
    body = "".join(f"{' | '.join(row)}\n" for row in rows).encode()
    assert body == kept(f"{months.NUMBER}.txt", body, request)
