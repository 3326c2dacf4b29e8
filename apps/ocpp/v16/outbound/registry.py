"""Where our commands register their 1.6 form."""

from collections.abc import Callable
from typing import Any

from apps.ocpp.lenient import plain, text
from apps.ocpp.v16.registry import SCHEMAS
from apps.ocpp.work import Payload, Understood

Build = Callable[[Payload], tuple[str, Payload]]
BUILDERS: dict[str, Build] = {}
# what a station may answer → state of the command (protocol §4.4); anything else is a refusal
STATES = {
    "Accepted": "accepted",
    "AcceptedCanceled": "accepted",  # and what ran before was given up
    "Unlocked": "accepted",
    "Scheduled": "scheduled",
    "RebootRequired": "scheduled",
    "NotSupported": "not_supported",
    "NotImplemented": "not_supported",
    "UnknownVendorId": "not_supported",
    "UnknownMessageId": "not_supported",
}
_NOT_SUPPORTED = frozenset({"NotSupported", "NotImplemented"})


READERS: dict[str, Callable[[Payload], Understood]] = {}


class NotSupportedByVersionError(Exception):
    """This version has no word for the command."""


def sends(kind: str) -> Callable[[Build], Build]:
    """Register how a kind of command is said: arguments → action, payload."""

    def register(build: Build) -> Build:
        BUILDERS[kind] = build
        return build

    return register


def understands(
    action: str,
) -> Callable[[Callable[[Payload], Understood]], Callable[[Payload], Understood]]:
    """Register how the answer to an action is read where its status does not say it all."""

    def register(read: Callable[[Payload], Understood]) -> Callable[[Payload], Understood]:
        READERS[action] = read
        return read

    return register


def transaction_number(text: str) -> int:
    """Return a transaction id as 1.6 has it.

    :raises NotSupportedByVersionError: it is no whole number.
    """
    if not text.lstrip("-").isdigit():
        raise NotSupportedByVersionError("a 1.6 transaction id is a whole number")
    return int(text)


def retries(args: Payload) -> Payload:
    """Return how often a station should try to fetch or send a file."""
    names = (("retries", "retries"), ("retry_interval_s", "retryInterval"))
    return {theirs: args[ours] for ours, theirs in names if ours in args}


def read_answer(action: str, payload: Any, *, code: str, description: str) -> Understood:
    """Understand the answer to an action.

    An answer that has no status in this version is a yes when it has its form.
    """
    if code:
        state = "not_supported" if code in _NOT_SUPPORTED else "error"
        return Understood(state, {"error": text(code, 50), "description": text(description, 255)})
    if not isinstance(payload, dict):
        why = {"error": "FormationViolation", "description": "the answer is no object"}
        return Understood("error", why)
    if action in READERS:
        return READERS[action](payload)
    if not SCHEMAS.has_status(action):
        state = "accepted" if SCHEMAS.is_result(action, payload) else "error"
        return Understood(state, plain(payload))
    status = payload.get("status")
    state = STATES.get(status, "rejected") if isinstance(status, str) else "error"
    return Understood(state, plain(payload))
