"""Sampled values of 1.6 in their normal form: base units, decimals, the defaults written out."""

import datetime as dt
from collections.abc import Iterator, Sequence
from decimal import Decimal
from functools import lru_cache
from typing import Any

from apps.metering.samples import LIMIT, Sample, as_stored
from apps.ocpp.lenient import decimal, moment, objects, text

REGISTER = "Energy.Active.Import.Register"
_THOUSAND = Decimal(1000)
# unit as sent, casefolded → base unit, factor
_UNITS: dict[str, tuple[str, Decimal]] = {
    "wh": ("Wh", Decimal(1)),
    "kwh": ("Wh", _THOUSAND),
    "varh": ("varh", Decimal(1)),
    "kvarh": ("varh", _THOUSAND),
    "w": ("W", Decimal(1)),
    "kw": ("W", _THOUSAND),
    "va": ("VA", Decimal(1)),
    "kva": ("VA", _THOUSAND),
    "var": ("var", Decimal(1)),
    "kvar": ("var", _THOUSAND),
    "a": ("A", Decimal(1)),
    "v": ("V", Decimal(1)),
    "hertz": ("Hz", Decimal(1)),
    "hz": ("Hz", Decimal(1)),
    "percent": ("%", Decimal(1)),
    "%": ("%", Decimal(1)),
    "celsius": ("°C", Decimal(1)),
    "celcius": ("°C", Decimal(1)),
}
# what a measurand is counted in, by its first words; a unit of another kind is a slip
_UNITS_OF = {
    "Energy.Reactive": ("varh",),
    "Energy": ("Wh",),
    "Power.Reactive": ("var",),
    "Power.Factor": ("1",),
    "Power": ("W", "VA"),
    "Current": ("A",),
    "Voltage": ("V",),
    "Frequency": ("Hz",),
    "SoC": ("%",),
    "Temperature": ("°C", "K", "°F"),
    "RPM": ("rpm",),
}
# what a value without a measurand must be when its unit is no energy
_MEASURAND_OF = {
    "A": "Current.Import",
    "W": "Power.Active.Import",
    "V": "Voltage",
    "Hz": "Frequency",
    "%": "SoC",
    "°C": "Temperature",
}


def read_meter_values(
    value: Any, *, evse_number: int, transaction_id: str, received_at: dt.datetime
) -> list[Sample]:
    """Read a list of MeterValue; what is no number stays in the journal only.

    A value whose moment cannot be true is dated by its receipt.
    """
    found = []
    for entry in objects(value):
        taken_at = moment(entry.get("timestamp"), received_at) or received_at
        for said in objects(entry.get("sampledValue")):
            number = decimal(said.get("value"))
            if number is None or said.get("format") == "SignedData":
                continue
            measurand, context, phase, location, unit, factor = _kind(
                said.get("measurand"),
                said.get("context"),
                said.get("phase"),
                said.get("location"),
                said.get("unit"),
            )
            in_base = _in_base_unit(number, unit, factor)
            if -LIMIT < in_base < LIMIT:
                found.append(
                    Sample(
                        evse_number,
                        transaction_id,
                        taken_at,
                        measurand,
                        context,
                        phase,
                        location,
                        "°C" if unit in {"K", "°F"} else unit,
                        in_base,
                    )
                )
    return found


def _kind(*said: Any) -> tuple[str, str, str, str, str, Decimal]:
    try:
        return _kind_of_texts(*said)
    except TypeError:  # an object or a list where a word belongs
        return _kind_of_texts(*(part if isinstance(part, str) else None for part in said))


@lru_cache(maxsize=512)
def _kind_of_texts(*said: Any) -> tuple[str, str, str, str, str, Decimal]:
    measurand, context, phase, location, unit = said
    base, factor = _unit(text(unit, 20))
    name = text(measurand, 50) or _MEASURAND_OF.get(base, REGISTER)
    expected = next((known for start, known in _UNITS_OF.items() if name.startswith(start)), ())
    if expected and base not in expected:
        base, factor = expected[0], Decimal(1)
    return (
        name,
        text(context, 30) or "Sample.Periodic",
        text(phase, 10),
        text(location, 20) or "Outlet",
        base,
        factor,
    )


def _unit(unit: str) -> tuple[str, Decimal]:
    key = unit.casefold()
    if key in {"k", "kelvin"}:
        return "K", Decimal(1)
    if key == "fahrenheit":
        return "°F", Decimal(1)
    return _UNITS.get(key, (unit[:12], Decimal(1)))


def _in_base_unit(value: Decimal, unit: str, factor: Decimal) -> Decimal:
    if unit == "K":
        return value - Decimal("273.15")
    if unit == "°F":
        return as_stored((value - 32) * 5 / 9)
    return value * factor


def live_values(samples: Sequence[Sample]) -> tuple[dt.datetime, str, str, str]:
    """Return the newest moment with its power, highest current and register, each as text."""
    newest = max(sample.taken_at for sample in samples)
    now = [sample for sample in samples if sample.taken_at == newest]
    power = _total(now, "Power.Active.Import")
    currents = [s.value for s in now if s.measurand == "Current.Import" and 0 <= s.value < 10_000]
    register = next((s.value for s in now if s.measurand == REGISTER and not s.phase), None)
    return (
        newest,
        "" if power is None or abs(power) > 10**9 else format(power, "f"),
        format(max(currents), "f") if currents else "",
        "" if register is None else format(register, "f"),
    )


def _total(samples: Sequence[Sample], measurand: str) -> Decimal | None:
    """Return the total of a measurand, or the sum of its phases; never both."""
    whole = next((s.value for s in samples if s.measurand == measurand and not s.phase), None)
    if whole is not None:
        return whole
    phases = list(_phases(samples, measurand))
    return sum(phases, Decimal(0)) if phases else None


def _phases(samples: Sequence[Sample], measurand: str) -> Iterator[Decimal]:
    return (
        s.value
        for s in samples
        if s.measurand == measurand and s.phase.removesuffix("-N") in {"L1", "L2", "L3"}
    )
