"""BootNotification: who the station is; the answer says whether it may go on."""

from functools import partial

from apps.metering.operations import record_meter
from apps.ocpp.lenient import moment_text, text
from apps.ocpp.v16.registry import handles
from apps.ocpp.work import Deciding, Inbound, Payload, RefusedCallError
from apps.stations.operations import BootFacts, record_boot

HEARTBEAT_S = 300
_LONGEST, _LONGEST_SIM = 255, 20


@handles("BootNotification")
def boot_notification(call: Inbound) -> Deciding:
    """Keep make, model and versions; odd single fields are taken as they are."""
    said = call.payload
    if "chargePointVendor" not in said and "chargePointModel" not in said:
        raise RefusedCallError(
            "ProtocolError", "chargePointVendor and chargePointModel are missing"
        )
    return Deciding(partial(_decide, call))


def _decide(call: Inbound, _frame_id: int) -> Payload:
    said, now = call.payload, call.received_at
    serial = said.get("chargePointSerialNumber") or said.get("chargeBoxSerialNumber")
    status = record_boot(
        station_id=call.station.station_id,
        facts=BootFacts(
            vendor=text(said.get("chargePointVendor"), _LONGEST),
            model=text(said.get("chargePointModel"), _LONGEST),
            serial=text(serial, _LONGEST),
            firmware=text(said.get("firmwareVersion"), _LONGEST),
            iccid=text(said.get("iccid"), _LONGEST_SIM),
            imsi=text(said.get("imsi"), _LONGEST_SIM),
        ),
        now=now,
    )
    record_meter(
        station_id=call.station.station_id,
        make=text(said.get("meterType"), 80),
        serial=text(said.get("meterSerialNumber"), 80),
        now=now,
    )
    return {"status": status, "currentTime": moment_text(now), "interval": HEARTBEAT_S}
