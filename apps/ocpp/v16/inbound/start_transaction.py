"""StartTransaction: always answered with a transaction id, whatever is odd about it."""

import secrets
from functools import partial

from apps.ocpp.lenient import decimal, moment, text, whole
from apps.ocpp.v16.id_tags import id_tag_info
from apps.ocpp.v16.registry import LONGEST_TAG, handles
from apps.ocpp.work import Deciding, Inbound, Payload
from apps.sessions.operations import start
from apps.stations.operations.estate import MOST_CONNECTORS


def no_session() -> Payload:
    """Answer a start that could not be stored as a session: its frame is kept, nothing is sold."""
    return {
        "transactionId": 1 + secrets.randbelow(2**31 - 2),
        "idTagInfo": {"status": "Invalid"},
    }


@handles("StartTransaction", fallback=no_session)
def start_transaction(call: Inbound) -> Deciding:
    """Open a session, or find the one that this is a repetition of."""
    return Deciding(partial(_decide, call))


def connector_of(call: Inbound) -> int:
    """Return the connector's number as EVSE number; what cannot be one is the first."""
    number = whole(call.payload.get("connectorId"))
    if number is None or not 1 <= number <= MOST_CONNECTORS:
        call.remarks.append("connectorId cannot be used")
        return 1
    return number


def _decide(call: Inbound, frame_id: int) -> Payload:
    said = call.payload
    at = moment(said.get("timestamp"), call.received_at)
    started = start(
        station_id=call.station.station_id,
        evse_number=connector_of(call),
        connector_number=1,
        id_token=text(said.get("idTag"), LONGEST_TAG),
        started_at=at,
        register_wh=decimal(said.get("meterStart")),
        received_at=call.received_at,
        frame_id=frame_id,
        protocol="ocpp1.6",
        reservation_id=whole(said.get("reservationId")),
        flags=() if at else ("TIME_SUBSTITUTED",),
    )
    return {
        "transactionId": int(started.transaction_id),
        "idTagInfo": id_tag_info(started.authorisation),
    }
