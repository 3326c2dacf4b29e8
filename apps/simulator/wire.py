"""Frames out, answers in (pure): message ids are new at each attempt, the content is the same."""

import json
from collections.abc import Callable
from typing import Any

from apps.simulator.script import Message

UNKNOWN_TRANSACTION = -1  # what stations send when a start was never answered


class Wire:
    """Turns messages into frames and remembers the transaction ids that were issued."""

    def __init__(self, new_id: Callable[[], str]) -> None:
        self._new_id = new_id
        self.transactions: dict[str, int] = {}

    def encode(self, message: Message) -> tuple[str, str]:
        """Return a new message id and the frame."""
        payload = message.payload
        if message.charge and message.action != "StartTransaction":
            number = self.transactions.get(message.charge, UNKNOWN_TRANSACTION)
            payload = {"transactionId": number, **payload}
        message_id = self._new_id()
        return message_id, dump([2, message_id, message.action, payload])

    def learn(self, message: Message, answer: dict[str, Any]) -> None:
        """Keep what the backoffice answered."""
        if message.action == "StartTransaction" and isinstance(answer.get("transactionId"), int):
            self.transactions[message.charge] = answer["transactionId"]


def dump(frame: list[Any]) -> str:
    """Write a frame."""
    return json.dumps(frame, separators=(",", ":"))


def parse(text: str | bytes) -> list[Any] | None:
    """Read a frame, or None when it is none."""
    try:
        frame = json.loads(text)
    except (ValueError, RecursionError):
        return None
    if not isinstance(frame, list) or len(frame) < 3 or not isinstance(frame[1], str):
        return None
    return frame
