"""StatusNotification: occupancy and faults of a connector, or of the station as a whole."""

from functools import partial
from typing import Any

from apps.core.clock import microseconds
from apps.ocpp.lenient import moment, text, whole
from apps.ocpp.v16.registry import handles
from apps.ocpp.work import Deciding, Inbound, Payload, Telling
from apps.stations.operations import ensure_connector
from apps.stations.operations.collected import StationStatusRow, StatusRow
from apps.tenants.collector import write_here

# 1.6 status → occupancy, charging state (protocol §4.2)
STATES = {
    "available": ("available", ""),
    "preparing": ("occupied", "ev_connected"),
    "charging": ("occupied", "charging"),
    "suspendedev": ("occupied", "suspended_ev"),
    "suspendedevse": ("occupied", "suspended_evse"),
    "finishing": ("occupied", "finishing"),
    "reserved": ("reserved", ""),
    "unavailable": ("unavailable", ""),
    "faulted": ("faulted", ""),
}


@handles("StatusNotification", needs=("connectorId", "status"))
def status_notification(call: Inbound) -> Telling | Deciding:
    """Keep the status; a connector seen for the first time is made."""
    number = whole(call.payload.get("connectorId"))
    if number == 0:
        return Telling({}, [("stations.station_status", _of_station(call))], has_news=True)
    known = call.station.connectors.get(number) if number is not None else None
    if known is not None:
        return Telling({}, [("stations.status", _of_connector(call, known))], has_news=True)
    if number is None:
        call.remarks.append("connectorId cannot be read")
        return Telling({})
    return Deciding(partial(_decide, call, number))


def _decide(call: Inbound, number: int, _frame_id: int) -> Payload:
    connector = ensure_connector(station_id=call.station.station_id, evse_number=number)
    if connector is None:
        call.remarks.append("connectorId out of range")
        return {}
    write_here(call.station.schema, [("stations.status", _of_connector(call, connector))])
    call.station.connectors[number] = connector
    return {}


def _at_us(call: Inbound) -> int:
    at = moment(call.payload.get("timestamp"), call.received_at)
    return microseconds(at or call.received_at)


def _state(value: Any) -> tuple[str, str]:
    return STATES.get(text(value, 20).casefold(), ("unknown", ""))


def _of_connector(call: Inbound, connector: int) -> StatusRow:
    said = call.payload
    occupancy, charging_state = _state(said.get("status"))
    error = text(said.get("errorCode"), 50)
    return StatusRow(
        connector_id=connector,
        at_us=_at_us(call),
        received_us=call.received_us,
        occupancy=occupancy,
        charging_state=charging_state,
        error_code="" if error == "NoError" else error,
        vendor_error=text(said.get("vendorErrorCode"), 255),
        info=text(said.get("info"), 255),
    )


def _of_station(call: Inbound) -> StationStatusRow:
    error = text(call.payload.get("errorCode"), 50)
    return StationStatusRow(
        station_id=call.station.station_id,
        at_us=min(_at_us(call), call.received_us),  # shown live only: a fast clock hides nothing
        status=_state(call.payload.get("status"))[0],
        error_code="" if error == "NoError" else error,
    )
