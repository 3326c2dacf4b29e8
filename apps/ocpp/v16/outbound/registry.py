"""Where our commands register their 1.6 form."""

from collections.abc import Callable
from typing import Any

from apps.ocpp.lenient import plain, text
from apps.ocpp.work import Payload

Build = Callable[[Payload], tuple[str, Payload]]
BUILDERS: dict[str, Build] = {}
# what a station may answer → state of the command (protocol §4.4)
STATES = {
    "Accepted": "accepted",
    "Scheduled": "scheduled",
    "NotSupported": "not_supported",
    "NotImplemented": "not_supported",
}
_NOT_SUPPORTED = frozenset({"NotSupported", "NotImplemented"})


class NotSupportedByVersionError(Exception):
    """This version has no word for the command."""


def sends(kind: str) -> Callable[[Build], Build]:
    """Register how a kind of command is said: arguments → action, payload."""

    def register(build: Build) -> Build:
        BUILDERS[kind] = build
        return build

    return register


def read_answer(payload: Any, code: str, description: str) -> tuple[str, Payload]:
    """Return the state of a command after an answer, and what to keep of it."""
    if code:
        state = "not_supported" if code in _NOT_SUPPORTED else "error"
        return state, {"error": text(code, 50), "description": text(description, 255)}
    if not isinstance(payload, dict):
        return "error", {"error": "FormationViolation", "description": "the answer is no object"}
    status = payload.get("status")
    return STATES.get(status, "rejected") if isinstance(status, str) else "error", plain(payload)
