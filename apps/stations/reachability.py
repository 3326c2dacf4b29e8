"""How much of a stretch of time a station could be reached (pure)."""

import datetime as dt
from collections.abc import Iterable
from fractions import Fraction

Span = tuple[dt.datetime, dt.datetime]


def reachable_share(spans: Iterable[Span], *, begin: dt.datetime, end: dt.datetime) -> Fraction:
    """Return the part of [begin, end) that at least one span covers, from 0 to 1.

    Spans may overlap (a newer socket comes before the older one is gone) and reach outside.
    An empty stretch has been covered whole.
    """
    if end <= begin:
        return Fraction(1)
    covered, reached = dt.timedelta(0), begin
    for opened, closed in sorted(spans):
        first, last = max(opened, reached), min(closed, end)
        if last > first:
            covered += last - first
            reached = last
    micro = dt.timedelta(microseconds=1)
    return Fraction(covered // micro, (end - begin) // micro)
