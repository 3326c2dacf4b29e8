"""The one pricing function, and the only places where money is rounded (pure).

`docs/algorithms/pricing.md` shows it in tables. Live cost, charge detail record and statement
price the same way: exact amounts per portion, one rounding per line.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_DOWN, ROUND_HALF_UP, Decimal

CENT = Decimal("0.01")
WH_PER_KWH = Decimal(1000)
MILLI = Decimal("0.001")


@dataclass(frozen=True, slots=True)
class Portion:
    """Energy at one price per kWh; `label` says which version of which price that is."""

    energy_wh: Decimal
    price_per_kwh: Decimal
    label: str = ""


@dataclass(frozen=True, slots=True)
class Priced:
    """What portions cost: `amounts` are exact, one per portion; net, VAT and gross are in cents."""

    amounts: tuple[Decimal, ...]
    exact: Decimal
    net: Decimal
    vat: Decimal

    @property
    def gross(self) -> Decimal:
        """What is paid."""
        return self.net + self.vat


def round_line(amount: Decimal) -> Decimal:
    """Round one line's amount to cents, half up: a line is rounded once."""
    return amount.quantize(CENT, ROUND_HALF_UP)


def round_cap(amount: Decimal) -> Decimal:
    """Round a ceiling to cents, down: rounding never exceeds what a rule allows."""
    return amount.quantize(CENT, ROUND_DOWN)


def round_wh(energy_wh: Decimal) -> Decimal:
    """Round energy or a register to a thousandth of a Wh, half up."""
    return energy_wh.quantize(MILLI, ROUND_HALF_UP)


def energy_amount(energy_wh: Decimal, price_per_kwh: Decimal) -> Decimal:
    """Return the exact price of energy."""
    return energy_wh * price_per_kwh / WH_PER_KWH


def price(
    portions: Sequence[Portion],
    *,
    start_fee: Decimal = Decimal(0),
    vat_percent: Decimal = Decimal(0),
) -> Priced:
    """Price the portions of one session as one line; the start fee is taken once.

    Prices exclude VAT; the VAT of a line is taken from its rounded net amount.
    """
    amounts = tuple(energy_amount(p.energy_wh, p.price_per_kwh) for p in portions)
    exact = sum(amounts, start_fee)
    net = round_line(exact)
    return Priced(amounts=amounts, exact=exact, net=net, vat=round_line(net * vat_percent / 100))


def allocate(total: Decimal, weights: Sequence[Decimal]) -> list[Decimal]:
    """Share cents out by weight with the largest remainder: the shares always sum to the total.

    Equal remainders go to the earlier share. Without any weight the first share takes all.

    :raises ValueError: there is nobody to share with, or a weight is negative.
    """
    if not weights or min(weights) < 0:
        raise ValueError("shares need weights of zero or more")
    whole = sum(weights)
    if not whole:
        return [total, *[total * 0] * (len(weights) - 1)]
    exact = [total * weight / whole for weight in weights]
    shares = [round_cap(amount) for amount in exact]
    missing = int((total - sum(shares)) / CENT)
    step = CENT if missing >= 0 else -CENT
    order = sorted(range(len(exact)), key=lambda n: (-abs(exact[n] - shares[n]), n))
    for n in order[: abs(missing)]:
        shares[n] += step
    return shares
