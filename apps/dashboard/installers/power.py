"""The power of a station over one local day, as a chart needs it: gaps stay gaps (no database)."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise
from statistics import median
from typing import Any, Protocol

POWER = "Power.Active.Import"
REGISTER = "Energy.Active.Import.Register"
_MEASURANDS = (POWER, REGISTER)
_ELSEWHERE = frozenset({"Inlet", "EV", "Body"})
_LEAST_GAP_S = 120
_MOST_POINTS = 3000


class Sampled(Protocol):
    """What a reading offers; values in W or Wh."""

    evse_number: int
    taken_at: dt.datetime
    measurand: str
    phase: str
    location: str
    value: Decimal


@dataclass(frozen=True, slots=True)
class Series:
    """The line of one connector: power in W at moments, None where nothing was measured."""

    evse: int
    points: list[tuple[int, int | None]]
    is_average: bool  # from registers: an average between two readings


def _by_evse(rows: Iterable[Sampled]) -> dict[int, dict[str, dict[int, dict[str, Decimal]]]]:
    found: dict[int, dict[str, dict[int, dict[str, Decimal]]]] = defaultdict(
        lambda: {name: defaultdict(dict) for name in _MEASURANDS}
    )
    for row in rows:
        if row.measurand in _MEASURANDS and row.location not in _ELSEWHERE:
            second = int(row.taken_at.timestamp())
            found[row.evse_number][row.measurand][second][row.phase] = row.value
    return found


def _total(phases: dict[str, Decimal]) -> int:
    """Return the power over all phases: the total when the station gave one."""
    if "" in phases:
        return int(phases[""])
    single = [value for phase, value in phases.items() if phase in {"L1", "L2", "L3"}]
    return int(sum(single or phases.values()))


def _averages(registers: dict[int, dict[str, Decimal]]) -> list[tuple[int, int]]:
    moments = sorted((at, phases[""]) for at, phases in registers.items() if "" in phases)
    found: list[tuple[int, int]] = []
    for (before, low), (after, high) in pairwise(moments):
        if high >= low and 0 < after - before <= 3600:
            watts = int((high - low) * 3600 / (after - before))
            found += [(before, watts), (after, watts)] if not found else [(after, watts)]
    return found


def with_gaps(points: list[tuple[int, int]]) -> list[tuple[int, int | None]]:
    """Put a hole where more than twice the usual interval passed without a sample."""
    if len(points) < 3:
        return list(points)
    steps = [b[0] - a[0] for a, b in pairwise(points) if b[0] > a[0]]
    longest = max(_LEAST_GAP_S, 2 * median(steps)) if steps else _LEAST_GAP_S
    found: list[tuple[int, int | None]] = [points[0]]
    for before, after in pairwise(points):
        if after[0] - before[0] > longest:
            found.append((before[0] + 1, None))
        found.append(after)
    return found


def day_bounds(day: dt.date, zone: dt.tzinfo) -> tuple[dt.datetime, dt.datetime]:
    """Return the first moment of a local day and of the next: 23, 24 or 25 hours apart."""
    begin = dt.datetime.combine(day, dt.time(), zone)
    end = dt.datetime.combine(day + dt.timedelta(days=1), dt.time(), zone)
    return begin.astimezone(dt.UTC), end.astimezone(dt.UTC)


def series_of(rows: Iterable[Sampled]) -> list[Series]:
    """Return one line per connector that measured anything."""
    lines = []
    for evse, measured in sorted(_by_evse(rows).items()):
        power = sorted((at, _total(phases)) for at, phases in measured[POWER].items())
        is_average = not power
        points = power or _averages(measured[REGISTER])
        if points:
            lines.append(Series(evse, with_gaps(points)[-_MOST_POINTS:], is_average))
    return lines


def chart_data(lines: list[Series], *, begin: dt.datetime, end: dt.datetime) -> dict[str, Any]:
    """Return a chart's data: seconds and kW per connector, each with moments of its own."""
    return {
        "begin": int(begin.timestamp()),
        "end": int(end.timestamp()),
        "lines": [
            {
                "evse": line.evse,
                "average": line.is_average,
                "x": [at for at, _ in line.points],
                "y": [None if watts is None else watts / 1000 for _, watts in line.points],
            }
            for line in lines
        ],
    }


def peak(lines: list[Series]) -> tuple[int, int] | None:
    """Return the moment (seconds) and the power (W) of the highest point."""
    known = [(w, at) for line in lines for at, w in line.points if w is not None]
    if not known:
        return None
    watts, at = max(known)
    return at, watts
