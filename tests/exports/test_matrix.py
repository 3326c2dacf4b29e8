"""Every exporter by every writer: a document, or a typed refusal; a new one needs a row here."""

import csv

import pytest

from apps.core import binding
from apps.core.refused import NotFound
from apps.exports.exporters import get_exporter, list_exporters
from apps.exports.operations import get_document
from apps.exports.writers import get_writer, list_writers
from tests.exports import months
from tests.exports.pdf import Pdf
from tests.parties.house import NOVEMBER


def is_csv(body: bytes) -> bool:
    rows = list(csv.reader(body.decode("utf-8-sig").splitlines(), delimiter=";"))
    return len(rows) > 1 and all(len(row) == len(rows[0]) for row in rows)


def is_pdf(body: bytes) -> bool:
    return body.startswith(b"%PDF-1.7") and len(Pdf(body).rows()) > 1


# What each pair gives: a check of the document, or the error that refuses it.
MATRIX = {("statement", "csv"): is_csv, ("statement", "pdf"): is_pdf}


def test_every_exporter_by_every_writer_has_a_row():
    assert set(MATRIX) == {(e, w) for e in list_exporters() for w in list_writers()}


@pytest.mark.parametrize(("exporter", "writer"), MATRIX)
def test_a_pair_gives_a_document_or_a_typed_refusal(month, exporter, writer):
    expected = MATRIX[exporter, writer]

    def write():
        with binding.bound("beta"):
            return get_writer(writer).write(get_exporter(exporter).build(number=months.NUMBER))

    if isinstance(expected, type):
        with pytest.raises(expected):
            write()
    else:
        assert expected(write())


@pytest.mark.parametrize("exporter", list_exporters())
def test_every_exporter_refuses_a_number_that_is_not_there(db, exporter):
    with binding.bound("beta"), pytest.raises(NotFound):
        get_exporter(exporter).build(number="VS-2026-10-9999")


@pytest.mark.parametrize("kind", ["", "exe", "PDF", "pdf/../csv"])
def test_an_unknown_format_is_refused(month, kind):
    with binding.bound("beta"), pytest.raises(KeyError):
        get_document(number=months.NUMBER, kind=kind, now=NOVEMBER)
