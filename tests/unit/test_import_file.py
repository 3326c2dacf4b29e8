"""Reading a file of stations: as people and their spreadsheets write it."""

import contextlib

import pytest
from hypothesis import given, strategies as st

from apps.core.refused import Refused
from apps.stations.import_file import MOST_BYTES, MOST_ROWS, Row, read_file

TWO = [Row(2, "NL-1", "Kade", "871687110000000017"), Row(4, "NL-2", "Kade")]


@pytest.mark.parametrize(
    "text",
    [
        "naam;locatie;ean\r\nNL-1;Kade;871687110000000017\r\n;;\r\nNL-2;Kade;\r\n",
        "\ufeffNaam ; LOCATIE;EAN\nNL-1;Kade;871687110000000017\n\nNL-2 ;Kade",
        "identity,site,ean\nNL-1,Kade,871687110000000017\n,,\nNL-2,Kade,\n",
        "id\tsite\tean\nNL-1\tKade\t871687110000000017\n\t\t\nNL-2\tKade\n",
        'ean;naam;locatie\n871687110000000017;"NL-1";Kade\n;;\n;NL-2;Kade\n',
    ],
)
def test_a_file_is_read_in_the_ways_people_write_it(text):
    assert read_file(text.encode()) == TWO


def test_an_old_spreadsheets_letters_are_read():
    assert read_file("naam;locatie\nNL-1;Café".encode("cp1252"))[0].site == "Café"


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "import_header"),
        (b"locatie\nKade", "import_header"),
        (b"naam;kleur\nNL-1;rood", "import_column"),
        (b"naam;id\nNL-1;NL-2", "import_twice"),
        (b"naam;locatie\n;\n", "import_empty"),
        (b'naam;locatie\n"' + b"x" * 140_000, "import_no_table"),
        (b"naam\n" + b"x\n" * (MOST_ROWS + 1), "import_long"),
        (b"naam\n" + b"x" * MOST_BYTES, "import_large"),
    ],
)
def test_a_file_that_cannot_be_meant_is_refused_with_its_reason(content, reason):
    with pytest.raises(Refused) as caught:
        read_file(content)
    assert (caught.value.reason, caught.value.field) == (reason, "file")


def test_as_many_rows_as_allowed_are_read():
    assert len(read_file(b"naam\n" + b"x\n" * MOST_ROWS)) == MOST_ROWS


@given(st.binary(max_size=300))
def test_whatever_bytes_come_are_read_or_refused(content):
    rows = []
    with contextlib.suppress(Refused):
        rows = read_file(b"naam;locatie\n" + content)
    assert all(row.number >= 2 and "\0" not in row.identity for row in rows)
