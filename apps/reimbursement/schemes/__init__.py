"""Country schemes: what a rated session is worth, and which part of it is wage (pure).

A scheme is a module of its own that registers itself; `docs/algorithms/reimbursement.md`.
"""

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from apps.reimbursement.calculation import RatedPart


@dataclass(frozen=True, slots=True)
class PricedPart:
    """A rated part with its exact amount, and its share of the line's cents."""

    begin_at: dt.datetime
    end_at: dt.datetime
    energy_wh: Decimal
    version: int
    rate_eur_per_kwh: Decimal
    exact: Decimal
    amount: Decimal


@dataclass(frozen=True, slots=True)
class Amounts:
    """What a line pays; untaxed and taxable always sum to the amount."""

    amount: Decimal
    untaxed: Decimal
    taxable: Decimal
    parts: tuple[PricedPart, ...]


@dataclass(frozen=True, slots=True)
class Scheme:
    """A country's way to reimburse."""

    identifier: str
    country: str
    compute: Callable[[Sequence[RatedPart]], Amounts]


_schemes: dict[str, Scheme] = {}


def register(scheme: Scheme) -> Scheme:
    """Add a scheme.

    :raises ValueError: its identifier is taken.
    """
    if scheme.identifier in _schemes:
        raise ValueError(f"the scheme {scheme.identifier} is registered already")
    _schemes[scheme.identifier] = scheme
    return scheme


def get_scheme(identifier: str) -> Scheme:
    """Return a scheme.

    :raises KeyError: there is none.
    """
    return _schemes[identifier]


def list_schemes() -> list[str]:
    """Return every identifier, sorted."""
    return sorted(_schemes)
