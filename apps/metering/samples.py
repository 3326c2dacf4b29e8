"""One measured value, in base units and without its protocol (pure)."""

from dataclasses import dataclass
from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal

_THOUSANDTH = Decimal("0.001")
LIMIT = Decimal(10) ** 15  # beyond this a figure is no measurement, and the ledger refuses it


def as_stored(value: Decimal) -> Decimal:
    """Round to what the ledger keeps: three decimals, half up; so that equal values stay equal."""
    return value.quantize(_THOUSANDTH, ROUND_HALF_UP)


@dataclass(frozen=True, slots=True)
class Sample:
    """A sampled value: `unit` is a base unit (Wh, W, A, V, % …), or as sent when it is unknown."""

    evse_number: int  # 0: the main meter of the station
    transaction_id: str
    taken_at: datetime
    measurand: str
    context: str
    phase: str
    location: str
    unit: str
    value: Decimal
