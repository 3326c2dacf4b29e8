"""Odd values are taken where they can mean only one thing."""

import datetime as dt
from decimal import Decimal

import pytest
from hypothesis import given, strategies as st

from apps.ocpp import lenient

pytestmark = pytest.mark.protocol
NOW = dt.datetime(2026, 11, 26, 10, tzinfo=dt.UTC)


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("2026-11-25T10:00:00Z", "2026-11-25T10:00:00+00:00"),
        ("2026-11-25T10:00:00", "2026-11-25T10:00:00+00:00"),
        ("2026-11-25 10:00:00Z", "2026-11-25T10:00:00+00:00"),
        ("2026-11-25T12:00:00+02", "2026-11-25T10:00:00+00:00"),
        ("2026-11-25T10:00:00.123456789Z", "2026-11-25T10:00:00.123456+00:00"),
        ("2026-11-25", "2026-11-25T00:00:00+00:00"),
        ("2000-01-01T00:00:00Z", "2000-01-01T00:00:00+00:00"),
        ("2026-11-27T10:00:00Z", "2026-11-27T10:00:00+00:00"),
    ],
)
def test_a_moment_is_read(said, meant):
    assert lenient.moment(said, NOW) == dt.datetime.fromisoformat(meant)


@pytest.mark.parametrize(
    "said",
    [
        "0001-01-01T00:00:00Z",
        "0001-01-01T00:00:00+14:00",
        "9999-12-31T23:59:59-14:00",
        "1970-01-01T00:00:00Z",
        "2026-11-27T10:00:01Z",
        "222222017-01-01T00:00:00Z",
        "2026-02-30T00:00:00Z",
        "2026-11-25T23:59:60Z",
        "2026-11-25T10:00:00+99:99",
        "now",
        "",
        "1732528800",
        None,
        5,
        [],
        {},
    ],
)
def test_a_moment_that_cannot_be_true_is_none(said):
    assert lenient.moment(said, NOW) is None


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        (5, Decimal(5)),
        ("12", Decimal(12)),
        (" 12.5 ", Decimal("12.500")),
        (Decimal("604.2134"), Decimal("604.213")),
        (Decimal("1e-320"), Decimal(0)),
        ("", None),
        ("NaN", None),
        ("Infinity", None),
        (True, None),
        (None, None),
        ([], None),
        (Decimal("1e999"), None),
        (10**400, None),
        ("9" * 400, None),
    ],
)
def test_a_number_is_read(said, meant):
    assert lenient.decimal(said) == meant


@pytest.mark.parametrize(
    ("said", "meant"), [("7", 7), (Decimal("7.0"), 7), (7, 7), ("7.5", None), (False, None)]
)
def test_a_whole_number_is_read(said, meant):
    assert lenient.whole(said) == meant


def test_a_text_is_made_safe_for_the_database():
    assert lenient.text("a\x00b\x1b[31m\ud800", 50) == "a\ufffdb\ufffd[31m?"
    assert lenient.text(12, 50) == "12"
    assert lenient.text("x" * 300, 20) == "x" * 20
    nothing: list[object] = [None, [], {}, True]
    assert [lenient.text(value, 9) for value in nothing] == [""] * 4


@given(st.text(max_size=50))
def test_no_text_is_refused_by_the_database(said):
    text = lenient.text(said, 40)
    assert "\x00" not in text
    assert text.encode().decode() == text


def test_a_moment_is_written_with_three_decimals():
    assert lenient.moment_text(NOW) == "2026-11-26T10:00:00.000Z"
    assert lenient.moment_text(NOW.replace(microsecond=999999)).endswith(":00.999Z")


def test_an_answer_is_made_plain():
    said = {"a\x00": Decimal("1.5"), "b": [Decimal(2), {"c": None}], "d": [[[[[[[[[1]]]]]]]]]}
    assert lenient.plain(said) == {"a\ufffd": "1.5", "b": [2, {"c": None}], "d": [[[[[[[[]]]]]]]]}
