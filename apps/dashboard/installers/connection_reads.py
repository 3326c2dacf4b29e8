"""The connections of a station: each with its end and cause, and what they add up to."""

import datetime as dt
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from apps.dashboard import formats, words
from apps.dashboard.installers.facts import StationFact
from apps.stations.models import ConnectionEnd, JournalConnection
from apps.stations.reachability import reachable_share

WINDOW = dt.timedelta(days=30)
MOST = 5000  # a station that reconnects every ten minutes stays below


@dataclass(frozen=True, slots=True)
class ConnectionFact:
    """A connection as the page shows it; `ended_at` None: it is open."""

    opened_at: dt.datetime
    ended_at: dt.datetime | None
    cause: str
    code: int | None
    remote: str

    @property
    def word(self) -> str:
        """Why it ended, in words."""
        return words.connection_end(self.cause)

    @property
    def lasted(self) -> dt.timedelta | None:
        """How long it was there."""
        return self.ended_at - self.opened_at if self.ended_at else None


@dataclass(frozen=True, slots=True)
class CauseFact:
    """How often connections ended for one cause, and what may be done about it."""

    word: str
    advice: str
    times: int


@dataclass(frozen=True, slots=True)
class Reachability:
    """The last thirty days of a station; `share` None: it never connected."""

    share: Fraction | None
    since: dt.datetime
    causes: Sequence[CauseFact]

    @property
    def percent(self) -> str:
        """The share in percent, one decimal; a hundred is said of nothing less."""
        if self.share is None:
            return ""
        tenths = self.share.numerator * 1000 // self.share.denominator
        return formats.number(Decimal(tenths) / 10, 1)


def list_connections(*, station: StationFact, now: dt.datetime) -> list[ConnectionFact]:
    """Return the connections of the last thirty days, newest first; the oldest may reach in."""
    rows = (
        JournalConnection.objects.filter(station_id=station.id)
        .select_related("end")
        .order_by("-pk")
    )
    begin = now - WINDOW
    recent = list(rows.filter(opened_at__gte=begin)[:MOST])
    if len(recent) < MOST:
        recent += list(rows.filter(opened_at__lt=begin)[:1])
    facts: list[ConnectionFact] = []
    until = None if station.is_online else (station.seen_at or station.disconnected_at)
    cause = ConnectionEnd.Cause.LOST if until else ""
    for row in recent:
        facts.append(_fact(row, until, cause))
        until, cause = row.opened_at, ""  # without an end it went before the next one came
    return facts


def _fact(row: JournalConnection, until: dt.datetime | None, cause: str) -> ConnectionFact:
    end: ConnectionEnd | None = getattr(row, "end", None)
    return ConnectionFact(
        opened_at=row.opened_at,
        ended_at=end.ended_at if end else until,
        cause=end.cause if end else cause,
        code=end.code if end else None,
        remote=row.remote,
    )


def reachability_of(facts: Sequence[ConnectionFact], *, now: dt.datetime) -> Reachability:
    """Return how well a station was reached in thirty days, or since it first connected."""
    begin = now - WINDOW
    if not facts:
        return Reachability(None, begin, [])
    since = max(begin, facts[-1].opened_at)
    spans = [(fact.opened_at, fact.ended_at or now) for fact in facts]
    ended = Counter(fact.cause for fact in facts if fact.ended_at and fact.ended_at >= begin)
    causes = [
        CauseFact(words.connection_end(cause), words.connection_advice(cause), times)
        for cause, times in ended.most_common()
    ]
    return Reachability(reachable_share(spans, begin=since, end=now), since, causes)
