"""Figures on paper: rounded half up once, with the separators of the language."""

from decimal import Decimal

import pytest

from apps.exports.formats import MINUS, number


@pytest.mark.parametrize(
    ("value", "nl", "en"),
    [
        ("2.005", "2,01", "2.01"),
        ("2.0049", "2,00", "2.00"),
        ("-2.005", f"{MINUS}2,01", f"{MINUS}2.01"),
        ("1234567.895", "1.234.567,90", "1,234,567.90"),
        ("-0.004", "0,00", "0.00"),
    ],
)
def test_a_number_is_rounded_half_up_and_never_minus_nothing(value, nl, en):
    assert number(Decimal(value), 2, "nl") == nl
    assert number(Decimal(value), 2, "en") == en
