"""The Netherlands: a fixed rate per kWh that employer and employee agreed on.

The rate is paid as agreed, rounded half up once per line. What lies above the ceiling that the
agreement proves as actual cost is wage; a ceiling is rounded down, so that rounding never makes
untaxed what the ceiling does not cover.
"""

from collections.abc import Sequence
from decimal import Decimal

from apps.reimbursement.calculation import RatedPart
from apps.reimbursement.schemes import Amounts, PricedPart, Scheme, register
from apps.tariffs.pricing import Portion, allocate, energy_amount, price, round_cap


def compute(parts: Sequence[RatedPart]) -> Amounts:
    """Price the parts of one session as one line."""
    priced = price(
        [Portion(p.energy_wh, p.rate.rate_eur_per_kwh, str(p.rate.version)) for p in parts]
    )
    untaxed = min(priced.net, _ceiling(parts, priced.net))
    shares = allocate(priced.net, priced.amounts)
    return Amounts(
        amount=priced.net,
        untaxed=untaxed,
        taxable=priced.net - untaxed,
        parts=tuple(
            PricedPart(
                begin_at=part.begin_at,
                end_at=part.end_at,
                energy_wh=part.energy_wh,
                version=part.rate.version,
                rate_eur_per_kwh=part.rate.rate_eur_per_kwh,
                exact=exact,
                amount=share,
            )
            for part, exact, share in zip(parts, priced.amounts, shares, strict=True)
        ),
    )


def _ceiling(parts: Sequence[RatedPart], amount: Decimal) -> Decimal:
    """Return the most that is untaxed; room under one rate's ceiling never helps another rate."""
    rates = [(part, part.rate.rate_eur_per_kwh, part.rate.untaxed_up_to) for part in parts]
    if any(cap is not None and rate > cap for _, rate, cap in rates):
        lower = [(part, rate if cap is None else min(rate, cap)) for part, rate, cap in rates]
    else:
        lower = [(part, cap) for part, _, cap in rates if cap is not None]
        if len(lower) < len(rates):
            return amount
    return round_cap(sum((energy_amount(part.energy_wh, cap) for part, cap in lower), Decimal(0)))


NL_FIXED = register(Scheme(identifier="nl_fixed", country="NL", compute=compute))
