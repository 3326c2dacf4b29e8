"""DataTransfer: no vendor extension is known yet."""

from apps.ocpp.v16.registry import handles
from apps.ocpp.work import Inbound, Telling


@handles("DataTransfer", needs=("vendorId",))
def data_transfer(call: Inbound) -> Telling:
    """Say that the vendor is unknown; the frame stays in the journal."""
    return Telling({"status": "UnknownVendorId"})
