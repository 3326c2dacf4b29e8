"""Facts of a clean session, to be bent by a test."""

import datetime as dt
from decimal import Decimal
from typing import Any

from apps.evidence.calculation import Facts, Point
from apps.metering.registers import Register

T0 = dt.datetime(2026, 10, 1, 8, tzinfo=dt.UTC)


def at(hours: float) -> dt.datetime:
    return T0 + dt.timedelta(hours=hours)


def sample(hours: float, wh: float | str, **more: Any) -> Register:
    return Register(at(hours), Decimal(str(wh)), **more)


def facts(
    *samples: Register,
    begin: float | str | None = 100_000,
    end: float | str | None = 112_000,
    hours: float = 2,
    end_source: str = "stop",
    **more: Any,
) -> Facts:
    """A clean session of 12 kWh in two hours at an 11 kW charger with a proven meter."""
    given: dict[str, Any] = {
        "begin": Point(None if begin is None else Decimal(str(begin)), at(0), "start"),
        "end": Point(None if end is None else Decimal(str(end)), at(hours), end_source),
        "max_kw": Decimal(11),
        "samples": samples,
        "has_evidence": True,
    }
    return Facts(**given | more)
