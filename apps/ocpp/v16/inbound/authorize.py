"""Authorize: may this card charge here."""

from functools import partial

from apps.ocpp.lenient import text
from apps.ocpp.v16.id_tags import id_tag_info
from apps.ocpp.v16.registry import LONGEST_TAG, handles
from apps.ocpp.work import Deciding, Inbound, Payload
from apps.sessions.operations import authorise


@handles("Authorize", needs=("idTag",))
def authorize(call: Inbound) -> Deciding:
    """Ask the tenant's own cards and the claims of payers."""
    return Deciding(partial(_decide, call))


def _decide(call: Inbound, _frame_id: int) -> Payload:
    found = authorise(
        station_id=call.station.station_id,
        id_token=text(call.payload.get("idTag"), LONGEST_TAG),
        now=call.received_at,
    )
    return {"idTagInfo": id_tag_info(found)}
