"""When something happened: what the station says, if its clock can be believed (pure)."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from apps.core.reasons import CLOCK_SKEW, TIME_SUBSTITUTED
from apps.sessions.constants import BACKLOG_LIMIT, LATE, SKEW_LIMIT


@dataclass(frozen=True, slots=True)
class Moment:
    """The moment that counts, what was claimed, and what is wrong with it."""

    at: dt.datetime
    claimed: dt.datetime | None
    flags: tuple[str, ...] = ()

    @property
    def is_claimed(self) -> bool:
        """Whether the station's own moment is the one that counts."""
        return self.claimed is not None and TIME_SUBSTITUTED not in self.flags

    @property
    def is_late(self) -> bool:
        """Whether this was told after the fact: a backlog starts nothing and alarms nobody."""
        return LATE in self.flags


def moment_of(
    claimed: dt.datetime | None,
    *,
    received_at: dt.datetime,
    connected_at: dt.datetime | None = None,
    flags: Sequence[str] = (),
) -> Moment:
    """Judge a station's moment against when its message came.

    A clock in the future or never set is not believed: the receive time counts. An old moment is a
    backlog, unless the station was connected all the time since: then its clock is behind.
    """
    if claimed is None or TIME_SUBSTITUTED in flags:
        return Moment(received_at, claimed, (TIME_SUBSTITUTED,))
    age = received_at - claimed
    if age < -SKEW_LIMIT or age > BACKLOG_LIMIT:
        return Moment(received_at, claimed, (TIME_SUBSTITUTED, CLOCK_SKEW))
    if age <= SKEW_LIMIT:
        return Moment(claimed, claimed)
    was_connected = connected_at is not None and connected_at < claimed
    return Moment(claimed, claimed, (CLOCK_SKEW,) if was_connected else (LATE,))


def merge(*groups: Sequence[str]) -> list[str]:
    """Join flags in the order they came, each once."""
    return list(dict.fromkeys(flag for group in groups for flag in group))
