"""The simulator's own books: what it put on the wire and what was acknowledged."""

import datetime as dt
import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from apps.simulator.script import Message, written


@dataclass(slots=True)
class ChargeRecord:
    """One charge as the station knows it; registers in Wh."""

    key: str
    identity: str
    connector: int
    token: str
    register_start_wh: int
    transaction_id: int | None = None
    register_stop_wh: int | None = None
    started_at: str = ""
    ended_at: str = ""
    is_start_acknowledged: bool = False
    is_stop_acknowledged: bool = False
    readings_acknowledged: int = 0

    @property
    def energy_wh(self) -> int | None:
        """The energy of the charge, once it has ended."""
        if self.register_stop_wh is None:
            return None
        return self.register_stop_wh - self.register_start_wh


class Ledger:
    """JSON lines, appended and flushed at once; keeps the charges in memory too.

    `watch` is called with the event, the station and the facts of each line.
    """

    def __init__(
        self,
        path: Path | None = None,
        *,
        watch: Callable[[str, str, dict[str, Any]], None] | None = None,
    ) -> None:
        self._file = path.open("a", encoding="utf-8", buffering=1) if path else None
        self._watch = watch
        self.connected: set[str] = set()  # identities that ever were
        self.charges: dict[str, ChargeRecord] = {}
        self.counts: dict[str, int] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the file."""
        if self._file is not None:
            self._file.close()

    def note(self, event: str, at: dt.datetime, identity: str, **facts: Any) -> None:
        """Append one line."""
        self.counts[event] = self.counts.get(event, 0) + 1
        if event == "connected":
            self.connected.add(identity)
        if self._watch is not None:
            self._watch(event, identity, facts)
        if self._file is not None:
            line = {"at": written(at), "event": event, "identity": identity, **facts}
            self._file.write(json.dumps(line, separators=(",", ":")) + "\n")

    def happened(self, identity: str, message: Message) -> None:
        """Remember what a message says of its charge, whether or not it ever arrives."""
        payload = message.payload
        if message.action == "StartTransaction":
            self.charges[message.charge] = ChargeRecord(
                key=message.charge,
                identity=identity,
                connector=message.connector,
                token=payload["idTag"],
                register_start_wh=payload["meterStart"],
                started_at=payload["timestamp"],
            )
        elif message.action == "StopTransaction":
            record = self.charges[message.charge]
            record.register_stop_wh = payload["meterStop"]
            record.ended_at = payload["timestamp"]

    def acknowledged(self, message: Message, answer: dict[str, Any]) -> None:
        """Remember that the backoffice took a message."""
        record = self.charges.get(message.charge)
        if record is None:
            return
        if message.action == "StartTransaction":
            record.is_start_acknowledged = True
            record.transaction_id = answer.get("transactionId")
        elif message.action == "StopTransaction":
            record.is_stop_acknowledged = True
        else:
            record.readings_acknowledged += 1
