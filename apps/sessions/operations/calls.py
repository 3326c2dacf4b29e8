"""What a station told, judged: what the modules of this package hand to each other."""

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal

from apps.metering.samples import Sample
from apps.sessions.constants import NO_TRANSACTION
from apps.sessions.moments import Moment
from apps.sessions.queries import StationFacts


@dataclass(frozen=True, slots=True)
class StartCall:
    """A start as told, judged."""

    station: StationFacts
    evse_number: int
    connector_number: int
    token: str  # normalised
    spelling: str  # as sent
    moment: Moment
    register_wh: Decimal | None
    received_at: dt.datetime
    frame_id: int | None
    protocol: str
    flags: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class NextStart:
    """The start that shows that the transaction before it is over."""

    at: dt.datetime
    register_wh: Decimal | None
    received_at: dt.datetime
    frame_id: int | None


@dataclass(frozen=True, slots=True)
class StopCall:
    """A stop as told, judged."""

    station: StationFacts
    transaction_id: str
    moment: Moment
    register_wh: Decimal | None
    reason: str
    token: str
    samples: tuple[Sample, ...]
    received_at: dt.datetime
    frame_id: int | None
    protocol: str
    flags: tuple[str, ...]

    @property
    def has_id(self) -> bool:
        """Whether it names a transaction at all."""
        return self.transaction_id not in NO_TRANSACTION
