"""What a message of a station asks for, whatever its version."""

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from apps.core.clock import microseconds
from apps.stations.operations import Configuration
from apps.tenants.collector import Part

Payload = dict[str, Any]


@dataclass(slots=True)
class StationFacts:
    """What a connection knows of its station without asking the database."""

    schema: str
    station_id: int
    identity: str
    epoch: int
    registration: str
    connectors: dict[int, int]  # EVSE number → id of its connector
    live_sent_at: dict[int, dt.datetime] = field(default_factory=dict)


@dataclass(slots=True)
class Inbound:
    """One call of a station, on its way to a handler."""

    action: str
    payload: Payload
    station: StationFacts
    received_at: dt.datetime
    remarks: list[str] = field(default_factory=list)

    @property
    def received_us(self) -> int:
        """The moment of receipt in microseconds."""
        return microseconds(self.received_at)


@dataclass(slots=True)
class Telling:
    """A message whose answer does not depend on the database: written with many others."""

    answer: Payload
    parts: Sequence[Part] = ()
    has_news: bool = False  # live pages should look at this station again


@dataclass(slots=True)
class Deciding:
    """A message that an operation answers: one transaction of its own, the journal rows in it."""

    decide: Callable[[int], Payload]  # called with the id of the frame's journal row


class RefusedCallError(Exception):
    """A call that is answered by CALLERROR, with the version's own code."""

    def __init__(self, code: str, description: str = "") -> None:
        super().__init__(code)
        self.code = code
        self.description = description


@dataclass(frozen=True, slots=True)
class Understood:
    """What a station's answer means: the state of the command, what is kept, what it told."""

    state: str
    response: Payload
    configuration: Configuration | None = None
