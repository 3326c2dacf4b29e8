"""No cell starts a formula, and a number stays a number (trust.md row 30)."""

import csv
import datetime as dt
import io
from decimal import Decimal

import pytest
from hypothesis import example, given, strategies as st

from apps.core import binding
from apps.exports.exporters import Export
from apps.exports.writers.csv import cell_text, write
from apps.reimbursement.models import Statement
from apps.tenants.bridge import run_in_tenant
from tests.exports import months

# Written out: the writer's own list must not be what proves it.
DANGEROUS = ("=", "+", "-", "@", "\t", "\r", "\n", "|", "%", "\uff1d", "\uff0b", "\uff0d", "\uff20")
INVISIBLE = " \u00a0\u200b\ufeff\0"
PAYLOAD = "cmd|' /C calc'!A0"
texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)


def parsed(body: bytes) -> list[list[str]]:
    """Read a file as a spreadsheet does."""
    return list(csv.reader(io.StringIO(body.decode("utf-8-sig"), newline=""), delimiter=";"))


def written(*rows) -> list[list[str]]:
    columns = tuple("abc"[: len(rows[0])])
    moment = dt.datetime(2026, 11, 2, tzinfo=dt.UTC)
    return parsed(write(Export("x", columns, rows, "", {}, moment)))[1:]


def is_live(cell: str) -> bool:
    return cell.lstrip(INVISIBLE).startswith(DANGEROUS) or cell.startswith(DANGEROUS)


@pytest.mark.parametrize("start", DANGEROUS)
@pytest.mark.parametrize("before", ["", " ", "\u00a0", "\ufeff", "\u200b ", "\0"])
def test_a_text_that_starts_a_formula_is_written_as_text(before, start):
    text = before + start + PAYLOAD
    assert written((text, text, "ok"))[0] == [*["'" + text.replace("\0", "")] * 2, "ok"]


@given(st.lists(st.tuples(texts, texts, texts), min_size=1, max_size=5))
@example([("=1+1", '"=1+1', ';=1+1;"')])
@example([("a\r\n=1+1", "a;=1+1", 'a";=1+1')])
def test_no_text_can_break_out_of_its_cell_or_start_a_formula(rows):
    found = written(*rows)
    assert len(found) == len(rows)
    for row, cells in zip(rows, found, strict=True):
        assert [cell.removeprefix("'") for cell in cells] == [
            text.replace("\0", "").removeprefix("'") for text in row
        ]
        assert not any(is_live(cell) for cell in cells)


@given(st.decimals(allow_nan=False, allow_infinity=False, places=5, max_value=10**12))
@example(Decimal("-3.70"))
@example(Decimal("-0.00"))
@example(Decimal("1E+3"))
def test_a_number_stays_a_number_to_its_last_digit(figure):
    cell = written((figure,))[0][0]
    assert Decimal(cell) == figure
    assert "E" not in cell and not cell.startswith("'")


def test_a_negative_whole_number_and_an_empty_cell_stay_what_they_are():
    assert [cell_text(cell) for cell in (-5, 0, None, Decimal(-1))] == ["-5", "0", "", "-1"]


@pytest.mark.parametrize(("plate", "mark"), [("=", "+"), ("-", "@"), ("\t", "\r")])
def test_what_an_installer_types_reaches_the_employers_spreadsheet_as_text(db, plate, mark):
    """What stands on the meter is free text of another organisation."""
    serial, marking = plate + PAYLOAD, mark + PAYLOAD
    months.tell(serial=serial, mid_marking=marking)
    header, *rows = parsed(months.document("csv"))
    assert {row[header.index("meter_serial")] for row in rows} == {"'" + serial}
    assert {row[header.index("mid_marking")] for row in rows} == {"'" + marking}
    live = [cell for row in rows for name, cell in zip(header, row, strict=True) if is_live(cell)]
    assert live and all(Decimal(cell) < 0 for cell in live)  # the credit, and nothing else


def test_names_addresses_and_cards_are_not_in_the_spreadsheet(month):
    with binding.bound("beta"):
        facts = run_in_tenant("beta", lambda: Statement.objects.values_list("facts", flat=True)[0])
    text = months.document("csv").decode()
    for secret in (facts["employee"]["name"], facts["employee"]["email"], "Dorpsstraat", "04AAAA"):
        assert secret not in text
