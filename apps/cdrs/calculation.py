"""Quarter-hour parts of a session's energy, from its register readings (pure).

The register at each quarter mark is taken from the straight line between the two readings around
it, so time shares what was used between them, each part is the difference of two marks and the
last one takes the remainder: the parts always sum to the energy, to the thousandth of a Wh.
"""

import datetime as dt
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from apps.tariffs.pricing import round_wh

QUARTER = dt.timedelta(minutes=15)
LONGEST = dt.timedelta(days=62)  # a longer session is a broken clock: one part, not a million
_MICROSECOND = dt.timedelta(microseconds=1)
_EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)

Point = tuple[dt.datetime, Decimal]


@dataclass(frozen=True, slots=True)
class Part:
    """Energy used in (a piece of) one quarter hour; half-open.

    `gap` lies between the two readings that tell the register at its begin; it is nothing where a
    reading was taken at that very moment.
    """

    begin_at: dt.datetime
    end_at: dt.datetime
    energy_wh: Decimal
    gap: dt.timedelta


def quarter_hours(begin: Point, end: Point, readings: Sequence[Point]) -> tuple[Part, ...]:
    """Cut a session into quarter hours; quarters without energy are left out.

    `readings` are register values of the same meter, in any order; those outside the session or
    its registers, or falling back below an earlier one, are not used.
    """
    points = [begin, *_rising(begin, end, readings), end]
    marks = _marks(begin[0], end[0])
    around = [_neighbours(points, mark) for mark in marks]
    told = [_register_at(pair, mark) for pair, mark in zip(around, marks, strict=True)]
    values = [begin[1], *told, end[1]]
    edges = [begin[0], *marks, max(begin[0], end[0])]
    gaps = [dt.timedelta(0), *(_gap(pair, mark) for pair, mark in zip(around, marks, strict=True))]
    return tuple(
        Part(edges[n], edges[n + 1], values[n + 1] - values[n], gaps[n])
        for n in range(len(gaps))
        if values[n + 1] != values[n]
    )


def _marks(begin_at: dt.datetime, end_at: dt.datetime) -> list[dt.datetime]:
    """Return the quarter marks strictly between two moments (UTC: every zone keeps quarters)."""
    marks: list[dt.datetime] = []
    if end_at - begin_at > LONGEST:
        return marks
    mark = begin_at - (begin_at - _EPOCH) % QUARTER + QUARTER
    while mark < end_at:
        marks.append(mark)
        mark += QUARTER
    return marks


def _rising(begin: Point, end: Point, readings: Sequence[Point]) -> list[Point]:
    """Return the longest run of readings that never falls, inside the session's time and energy."""
    inside = sorted(
        (at, value)
        for at, value in readings
        if begin[0] < at < end[0] and begin[1] <= value <= end[1]
    )
    tails: list[Decimal] = []
    last: list[int] = []
    before: list[int] = []
    for n, (_, value) in enumerate(inside):
        length = bisect_right(tails, value)
        before.append(last[length - 1] if length else -1)
        tails[length : length + 1] = [value]
        last[length : length + 1] = [n]
    run, n = [], last[-1] if last else -1
    while n >= 0:
        run.append(inside[n])
        n = before[n]
    return run[::-1]


def _neighbours(points: Sequence[Point], mark: dt.datetime) -> tuple[Point, Point]:
    """Return the last point at or before a moment, and the first one after it."""
    after = bisect_right(points, mark, key=lambda point: point[0])
    return points[after - 1], points[after]


def _gap(around: tuple[Point, Point], mark: dt.datetime) -> dt.timedelta:
    (left_at, _), (right_at, _) = around
    return dt.timedelta(0) if left_at == mark else right_at - left_at


def _register_at(around: tuple[Point, Point], mark: dt.datetime) -> Decimal:
    """Return the register at a moment between two points, on the straight line."""
    (left_at, left), (right_at, right) = around
    passed, whole = (mark - left_at) // _MICROSECOND, (right_at - left_at) // _MICROSECOND
    return round_wh(left + (right - left) * passed / whole)
