"""Replays the past: the simulator's frames and people's acts, each at its own moment.

Every frame takes the way of a live one (`apps.ocpp.replay`): framing, handlers, journal, chain and
operations; every act is the operation a person or beat would have called.
"""

import datetime as dt
import heapq
import itertools
from collections.abc import Callable, Iterator
from operator import itemgetter

from apps.core import clock
from apps.demo.estate import Built
from apps.ocpp.replay import ReplayedConnection
from apps.simulator.behaviour import Span
from apps.simulator.script import Message, script
from apps.simulator.wire import Wire, parse

SEED = 20
INTERVAL_S = 900  # quarter hours: what a price or a rate can change at
Act = Callable[[], None]
Step = tuple[dt.datetime, int, Act]


class Replay:
    """One station's past: a wire, a connection, and the registers it ends with."""

    def __init__(self, built: Built) -> None:
        self.station = built.simulated(seed=SEED, interval_s=INTERVAL_S)
        self.registers = dict.fromkeys(range(1, built.box.connectors + 1), built.box.register_wh)
        self._ids = itertools.count(1)
        self._wire = Wire(lambda: f"{built.box.identity[-8:]}-{next(self._ids)}")
        self._connection: ReplayedConnection | None = None

    def steps(self, span: Span, order: int) -> Iterator[Step]:
        """Yield what this station says in the span, as acts."""
        for message in script(self.station, span, self.registers):
            yield message.at, order, self._saying(message)

    def _saying(self, message: Message) -> Act:
        return lambda: self.say(message)

    def say(self, message: Message) -> None:
        """Send one message at its moment and learn from the answer; the first one connects."""
        if self._connection is None:
            self._connection = ReplayedConnection()
            self._connection.open(self.station.identity, message.at)
        _, text = self._wire.encode(message)
        answer = self._connection.receive(text.encode(), message.at)
        frame = parse(answer) if answer else None
        if frame is None or frame[0] != 3:
            raise RuntimeError(f"{self.station.identity}: {text} was answered {answer!r}")
        self._wire.learn(message, frame[2])

    def flush(self) -> None:
        """Write what waits."""
        if self._connection is not None:
            self._connection.flush()

    def close(self, at: dt.datetime) -> None:
        """Disconnect at a moment."""
        if self._connection is not None:
            self._connection.close(at)
            self._connection = None


def run(
    replays: list[Replay],
    acts: list[tuple[dt.datetime, Act]],
    *,
    span: Span,
    say: Callable[[str], None],
) -> int:
    """Play stations and acts in the order of their moments; returns how many steps there were."""
    people = [(at, len(replays), act) for at, act in sorted(acts, key=itemgetter(0))]
    ways = [replay.steps(span, order) for order, replay in enumerate(replays)]
    count, month = 0, span.begin.month
    for at, order, act in heapq.merge(*ways, people, key=itemgetter(0, 1)):
        if at.month != month:
            say(f"history: {month:02} is done, {count} steps so far")
            month = at.month
        if order == len(replays):
            for replay in replays:
                replay.flush()
        with clock.replaying(at):
            act()
        count += 1
    for replay in replays:
        replay.close(span.end)
    return count
