"""StopTransaction: always accepted, also twice, also for a transaction nobody knows."""

from functools import partial

from apps.ocpp.lenient import decimal, moment, text, whole
from apps.ocpp.v16.id_tags import id_tag_info
from apps.ocpp.v16.registry import LONGEST_TAG, handles
from apps.ocpp.v16.sampled_values import read_meter_values
from apps.ocpp.work import Deciding, Inbound, Payload
from apps.sessions.operations import stop

LARGEST_ID = 2**31 - 1


def nothing() -> Payload:
    """Answer without a word on the card."""
    return {}


def transaction_of(payload: Payload) -> str:
    """Return the id under which readings are kept; what cannot be one of ours is none."""
    number = whole(payload.get("transactionId"))
    return str(number) if number is not None and 0 < number <= LARGEST_ID else ""


@handles("StopTransaction", fallback=nothing)
def stop_transaction(call: Inbound) -> Deciding:
    """Close the session; what the station adds as transactionData are readings like any other."""
    return Deciding(partial(_decide, call))


def _decide(call: Inbound, frame_id: int) -> Payload:
    said = call.payload
    at = moment(said.get("timestamp"), call.received_at)
    number = whole(said.get("transactionId"))
    transaction = "" if number is None else str(number)[:36]
    stopped = stop(
        station_id=call.station.station_id,
        transaction_id=transaction,
        stopped_at=at,
        register_wh=decimal(said.get("meterStop")),
        reason=text(said.get("reason"), 50) or "Local",
        id_token=text(said.get("idTag"), LONGEST_TAG),
        samples=read_meter_values(
            said.get("transactionData"),
            evse_number=0,
            transaction_id=transaction_of(said),
            received_at=call.received_at,
        ),
        received_at=call.received_at,
        frame_id=frame_id,
        protocol="ocpp1.6",
        flags=() if at else ("TIME_SUBSTITUTED",),
    )
    if stopped.authorisation is None:
        return {}
    return {"idTagInfo": id_tag_info(stopped.authorisation)}
