"""SignedFirmwareStatusNotification: how far a signed update is."""

from functools import partial

from apps.ocpp.lenient import text, whole
from apps.ocpp.v16.registry import handles
from apps.ocpp.work import Deciding, Inbound, Payload
from apps.stations.operations import Progress, record_progress

_DONE = frozenset({"Installed"})
_FAILED = frozenset(
    {"DownloadFailed", "InstallationFailed", "InstallVerificationFailed", "InvalidSignature"}
)


@handles("SignedFirmwareStatusNotification", needs=("status",))
def signed_firmware_status_notification(call: Inbound) -> Deciding:
    """Keep how far the station is; the last word ends the command."""
    return Deciding(partial(_decide, call))


def _decide(call: Inbound, _frame_id: int) -> Payload:
    word = text(call.payload.get("status"), 40)
    progress = Progress(word, is_done=word in _DONE, is_failed=word in _FAILED)
    record_progress(
        station_id=call.station.station_id,
        kind="update-firmware",
        progress=progress,
        request_id=whole(call.payload.get("requestId")),
        now=call.received_at,
    )
    return {}
