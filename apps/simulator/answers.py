"""How a simulated station answers the CALLs of a backoffice (pure)."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

# Known to the version; this station does not do them.
_NOT_SUPPORTED = frozenset(
    {
        "CancelReservation",
        "CertificateSigned",
        "ClearChargingProfile",
        "DeleteCertificate",
        "ExtendedTriggerMessage",
        "GetCompositeSchedule",
        "GetDiagnostics",
        "GetInstalledCertificateIds",
        "GetLocalListVersion",
        "GetLog",
        "InstallCertificate",
        "ReserveNow",
        "SendLocalList",
        "SetChargingProfile",
        "SignedUpdateFirmware",
        "UpdateFirmware",
    }
)
CHANGEABLE = frozenset({"HeartbeatInterval"})  # the rest says how this station is made
_TRIGGERS = ("BootNotification", "Heartbeat", "StatusNotification", "MeterValues")


@dataclass(slots=True)
class Known:
    """What the station knows when a CALL arrives."""

    connectors: int
    busy: frozenset[int] = frozenset()  # connectors that charge
    transactions: frozenset[int] = frozenset()  # ids that may be stopped
    settings: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Reply:
    """The answer: a payload, or an error code; and what the station then does."""

    payload: dict[str, Any] = field(default_factory=dict)
    error: str = ""
    act: tuple[str, Any] = ("", None)


def answer(action: str, payload: Any, known: Known) -> Reply:
    """Return the reply to a CALL."""
    handler = _HANDLERS.get(action)
    if handler is None:
        return Reply(error="NotSupported" if action in _NOT_SUPPORTED else "NotImplemented")
    if not isinstance(payload, dict):
        return Reply(error="FormationViolation")
    try:
        return handler(payload, known)
    except (KeyError, TypeError, ValueError):
        return Reply(error="FormationViolation")


def _status(word: str, act: tuple[str, Any] = ("", None)) -> Reply:
    return Reply({"status": word}, act=act)


def _remote_start(payload: dict[str, Any], known: Known) -> Reply:
    free = [n for n in range(1, known.connectors + 1) if n not in known.busy]
    wanted = payload.get("connectorId")
    if not free or (wanted is not None and wanted not in free):
        return _status("Rejected")
    return _status("Accepted", ("start", (wanted or free[0], str(payload["idTag"]))))


def _remote_stop(payload: dict[str, Any], known: Known) -> Reply:
    number = payload["transactionId"]
    if number not in known.transactions:
        return _status("Rejected")
    return _status("Accepted", ("stop", number))


def _reset(payload: dict[str, Any], _: Known) -> Reply:
    if payload["type"] not in {"Soft", "Hard"}:
        return Reply(error="PropertyConstraintViolation")
    return _status("Accepted", ("reset", payload["type"]))


def _availability(payload: dict[str, Any], known: Known) -> Reply:
    number, word = payload["connectorId"], payload["type"]
    if number not in range(known.connectors + 1):
        return _status("Rejected")
    if word == "Inoperative" and (number in known.busy or (number == 0 and known.busy)):
        return _status("Scheduled")
    return _status("Accepted", ("availability", (number, word)))


def _unlock(payload: dict[str, Any], known: Known) -> Reply:
    number = payload["connectorId"]
    if number not in range(1, known.connectors + 1):
        return _status("NotSupported")
    return _status("Unlocked", ("unlock", number) if number in known.busy else ("", None))


def _get_configuration(payload: dict[str, Any], known: Known) -> Reply:
    wanted = payload.get("key") or list(known.settings)
    listed = [
        {"key": key, "readonly": key not in CHANGEABLE, "value": known.settings[key]}
        for key in wanted
        if key in known.settings
    ]
    unknown = [key for key in wanted if key not in known.settings]
    reply: dict[str, Any] = {"configurationKey": listed}
    return Reply({**reply, "unknownKey": unknown} if unknown else reply)


def _change_configuration(payload: dict[str, Any], known: Known) -> Reply:
    key, value = payload["key"], str(payload["value"])
    if key not in known.settings:
        return _status("NotSupported")
    if key not in CHANGEABLE or not value.isdigit():
        return _status("Rejected")
    return _status("Accepted", ("setting", (key, value)))


def _trigger(payload: dict[str, Any], known: Known) -> Reply:
    wanted, number = payload["requestedMessage"], payload.get("connectorId", 0)
    if wanted not in _TRIGGERS:
        return _status("NotImplemented")
    if number not in range(known.connectors + 1):
        return _status("Rejected")
    return _status("Accepted", ("trigger", (wanted, number)))


def _clear_cache(_payload: dict[str, Any], _known: Known) -> Reply:
    return _status("Accepted")


def _data_transfer(_payload: dict[str, Any], _known: Known) -> Reply:
    return _status("UnknownVendorId")


_HANDLERS: dict[str, Callable[[dict[str, Any], Known], Reply]] = {
    "RemoteStartTransaction": _remote_start,
    "RemoteStopTransaction": _remote_stop,
    "Reset": _reset,
    "ChangeAvailability": _availability,
    "UnlockConnector": _unlock,
    "GetConfiguration": _get_configuration,
    "ChangeConfiguration": _change_configuration,
    "TriggerMessage": _trigger,
    "ClearCache": _clear_cache,
    "DataTransfer": _data_transfer,
}
