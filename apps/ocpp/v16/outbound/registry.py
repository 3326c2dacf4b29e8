"""Where our commands register their 1.6 form."""

from collections.abc import Callable
from typing import Any

from apps.ocpp.lenient import plain, text
from apps.ocpp.v16.registry import SCHEMAS
from apps.ocpp.work import Payload

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
}
SECRET_KEYS = frozenset({"authorizationkey"})
HIDDEN = "••••"
_NOT_SUPPORTED = frozenset({"NotSupported", "NotImplemented"})


class NotSupportedByVersionError(Exception):
    """This version has no word for the command."""


def sends(kind: str) -> Callable[[Build], Build]:
    """Register how a kind of command is said: arguments → action, payload."""

    def register(build: Build) -> Build:
        BUILDERS[kind] = build
        return build

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


def _without_secrets(answer: Payload) -> Payload:
    """Hide what a station should not have told: the key it connects with."""
    listed = answer.get("configurationKey")
    for item in listed if isinstance(listed, list) else []:
        is_secret = isinstance(item, dict) and str(item.get("key")).casefold() in SECRET_KEYS
        if is_secret and item.get("value"):
            item["value"] = HIDDEN
    return answer


def read_answer(action: str, payload: Any, *, code: str, description: str) -> tuple[str, Payload]:
    """Return the state of a command after an answer, and what to keep of it.

    An answer that has no status in this version is a yes when it has its form.
    """
    if code:
        state = "not_supported" if code in _NOT_SUPPORTED else "error"
        return state, {"error": text(code, 50), "description": text(description, 255)}
    if not isinstance(payload, dict):
        return "error", {"error": "FormationViolation", "description": "the answer is no object"}
    if not SCHEMAS.has_status(action):
        state = "accepted" if SCHEMAS.is_result(action, payload) else "error"
        return state, _without_secrets(plain(payload))
    status = payload.get("status")
    return STATES.get(status, "rejected") if isinstance(status, str) else "error", plain(payload)
