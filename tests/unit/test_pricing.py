from decimal import Decimal

import pytest
from hypothesis import given, strategies as st

from apps.tariffs.pricing import (
    CENT,
    Portion,
    allocate,
    price,
    round_cap,
    round_line,
    round_wh,
)

D = Decimal
energies = st.decimals(min_value=0, max_value=10**6, places=3)
prices = st.decimals(min_value=0, max_value=5, places=6)
signed_prices = st.decimals(min_value=-2, max_value=5, places=6)


@pytest.mark.parametrize(
    ("kwh", "rate", "fee", "vat", "net", "gross"),
    [
        ("20", "0.25", "0", "10", "5.00", "5.50"),
        ("20", "0.25", "0.50", "10", "5.50", "6.05"),
        ("101.287", "0.289", "0", "21", "29.27", "35.42"),
        ("27.648", "0.28900", "0", "0", "7.99", "7.99"),
        ("31.482", "0.289", "0", "0", "9.10", "9.10"),
        ("0", "0.289", "1.00", "21", "1.00", "1.21"),
        ("10", "-0.05", "0", "0", "-0.50", "-0.50"),  # a negative price is a fact
    ],
)
def test_price_of_one_portion(kwh, rate, fee, vat, net, gross):
    priced = price([Portion(D(kwh) * 1000, D(rate))], start_fee=D(fee), vat_percent=D(vat))
    assert (priced.net, priced.gross) == (D(net), D(gross))


def test_two_parts_are_rounded_once_as_one_line():
    priced = price([Portion(D(9412), D("0.289"), "2"), Portion(D(18236), D("0.295"), "3")])
    assert priced.amounts == (D("2.720068"), D("5.379620"))
    assert priced.exact == D("8.099688")
    assert priced.net == D("8.10")


def test_no_portion_costs_the_fee_only():
    assert price([], start_fee=D("0.35")).net == D("0.35")


def test_half_a_cent_goes_up_on_a_line_and_down_under_a_cap():
    assert round_line(D("90.925")) == D("90.93")
    assert round_cap(D("90.925")) == D("90.92")
    assert round_line(D("-0.005")) == D("-0.01")
    assert round_wh(D("1.2345")) == D("1.235")


@given(st.lists(st.tuples(energies, prices), max_size=20), prices)
def test_what_is_paid_is_never_negative(parts, fee):
    priced = price([Portion(wh, rate) for wh, rate in parts], start_fee=fee, vat_percent=D(21))
    assert min(priced.net, priced.vat, priced.exact, *priced.amounts, D(0)) == 0
    assert abs(priced.net - priced.exact) <= CENT / 2


@given(energies, energies, signed_prices)
def test_splitting_a_portion_changes_nothing(one, two, rate):
    whole = price([Portion(one + two, rate)])
    split = price([Portion(one, rate), Portion(two, rate)])
    assert (split.exact, split.net) == (whole.exact, whole.net)


@given(st.lists(st.tuples(energies, signed_prices), max_size=8), st.randoms())
def test_the_order_of_portions_changes_nothing(parts, random):
    portions = [Portion(wh, rate) for wh, rate in parts]
    shuffled = random.sample(portions, len(portions))
    assert price(portions).net == price(shuffled).net


@given(
    st.decimals(min_value=-(10**4), max_value=10**6, places=2),
    st.lists(st.decimals(min_value=0, max_value=1000, places=3), min_size=1, max_size=12),
)
def test_shares_sum_to_the_total_and_stay_within_a_cent_of_their_weight(total, weights):
    shares = allocate(total, weights)
    assert sum(shares) == total
    assert len(shares) == len(weights)
    whole = sum(weights)
    for share, weight in zip(shares, weights, strict=True):
        assert not whole or abs(share - total * weight / whole) < CENT


def test_largest_remainder_gives_the_spare_cent_to_the_largest_remainder():
    assert allocate(D("1.00"), [D(1), D(1), D(1)]) == [D("0.34"), D("0.33"), D("0.33")]
    assert allocate(D("-1.00"), [D(1), D(1), D(1)]) == [D("-0.34"), D("-0.33"), D("-0.33")]
    assert allocate(D("0.05"), [D("1"), D("3")]) == [D("0.01"), D("0.04")]
    assert allocate(D("2.00"), [D(0), D(0)]) == [D("2.00"), D("0.00")]


@pytest.mark.parametrize("weights", [[], [D(1), D(-1)]])
def test_shares_need_weights(weights):
    with pytest.raises(ValueError, match="weights"):
        allocate(D(1), weights)
