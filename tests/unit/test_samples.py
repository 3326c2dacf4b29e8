"""A measured value is kept to a thousandth, half up, so that equal values stay equal."""

from decimal import Decimal

import pytest

from apps.metering.samples import as_stored


@pytest.mark.parametrize(
    ("sent", "kept"),
    [("1", "1.000"), ("0.0005", "0.001"), ("12.3400001", "12.340"), ("-0.0005", "-0.001")],
)
def test_a_value_is_rounded_to_what_the_ledger_keeps(sent, kept):
    assert as_stored(Decimal(sent)) == Decimal(kept)
    assert str(as_stored(Decimal(sent))) == kept
