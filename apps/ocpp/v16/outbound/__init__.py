"""Our commands in 1.6 words; one module each."""

from typing import Any

from apps.ocpp.v16.outbound import (
    cancel_reservation,
    clear_cache,
    clear_profile,
    data_transfer,
    delete_cert,
    fetch_log,
    get_composite,
    get_config,
    install_cert,
    list_certs,
    local_list_version,
    reserve,
    reset,
    set_availability,
    set_config,
    set_profile,
    start_charging,
    stop_charging,
    trigger,
    unlock,
    update_firmware,
)
from apps.ocpp.v16.outbound.registry import (
    BUILDERS,
    NotSupportedByVersionError,
    read_answer,
)
from apps.ocpp.v16.registry import SCHEMAS
from apps.ocpp.work import Payload, Understood

__all__ = [
    "BUILDERS",
    "build",
    "cancel_reservation",
    "clear_cache",
    "clear_profile",
    "data_transfer",
    "delete_cert",
    "fetch_log",
    "get_composite",
    "get_config",
    "install_cert",
    "list_certs",
    "local_list_version",
    "read",
    "reserve",
    "reset",
    "set_availability",
    "set_config",
    "set_profile",
    "start_charging",
    "stop_charging",
    "trigger",
    "unlock",
    "update_firmware",
]


def build(kind: str, args: Payload) -> tuple[str, Payload]:
    """Write a command as action and payload, checked strictly.

    :raises NotSupportedByVersionError: 1.6 cannot say it.
    """
    if kind not in BUILDERS:
        raise NotSupportedByVersionError(f"OCPP 1.6 has no {kind}")
    action, payload = BUILDERS[kind](args)
    remark = SCHEMAS.remark(action, payload)
    if remark:
        raise NotSupportedByVersionError(f"OCPP 1.6 cannot say this: {remark}")
    return action, payload


def read(action: str, payload: Any, *, code: str = "", description: str = "") -> Understood:
    """Return what an answer means for its command."""
    return read_answer(action, payload, code=code, description=description)
