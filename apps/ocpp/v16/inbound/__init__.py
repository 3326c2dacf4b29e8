"""Messages of a 1.6 station; one module each."""

from typing import Any

from apps.ocpp.v16.inbound import (
    authorize,
    boot_notification,
    data_transfer,
    diagnostics_status_notification,
    firmware_status_notification,
    heartbeat,
    log_status_notification,
    meter_values,
    security_event_notification,
    signed_firmware_status_notification,
    start_transaction,
    status_notification,
    stop_transaction,
)
from apps.ocpp.v16.registry import ROUTES, SCHEMAS
from apps.ocpp.v16.unsupported import ANSWERS
from apps.ocpp.work import Deciding, Inbound, Payload, RefusedCallError, Telling

__all__ = [
    "SCHEMAS",
    "authorize",
    "boot_notification",
    "data_transfer",
    "diagnostics_status_notification",
    "fallback",
    "firmware_status_notification",
    "handle",
    "heartbeat",
    "log_status_notification",
    "meter_values",
    "security_event_notification",
    "signed_firmware_status_notification",
    "start_transaction",
    "status_notification",
    "stop_transaction",
]


def handle(call: Inbound) -> Telling | Deciding:
    """Find the handler of a call.

    :raises RefusedCallError: the action is unknown or not for us, or the payload cannot be used.
    """
    route = ROUTES.get(call.action)
    if route is None:
        return _without_handler(call)
    call.payload = _as_object(call.payload, is_kept=route.fallback is not None)
    remark = SCHEMAS.remark(call.action, call.payload)
    if remark:
        call.remarks.append(remark)
        for name in route.needs:
            if name not in call.payload:
                raise RefusedCallError("ProtocolError", f"{name} is missing")
    return route.handler(call)


def _as_object(payload: Any, *, is_kept: bool) -> Payload:
    if isinstance(payload, dict):
        return payload
    if payload is None or payload == [] or is_kept:
        return {}
    raise RefusedCallError("FormationViolation", "the payload is no object")


def _without_handler(call: Inbound) -> Telling:
    if call.action not in SCHEMAS.actions:
        raise RefusedCallError("NotImplemented", "this action is not known")
    answer = ANSWERS.get(call.action)
    if answer is None:
        raise RefusedCallError("NotSupported", "this action is not for a central system")
    if not isinstance(call.payload, dict):
        raise RefusedCallError("FormationViolation", "the payload is no object")
    remark = SCHEMAS.remark(call.action, call.payload)
    if remark.endswith("required"):
        raise RefusedCallError("ProtocolError", "the payload is incomplete")
    call.remarks.append(remark or "not supported yet")
    return Telling(answer)


def fallback(action: str) -> Payload | None:
    """Return the normal answer of a message that must not get a CALLERROR, else None."""
    route = ROUTES.get(action)
    return route.fallback() if route is not None and route.fallback is not None else None
