"""DataTransfer, from us."""

from apps.ocpp.v16.outbound.registry import sends
from apps.ocpp.work import Payload


@sends("data-transfer")
def data_transfer(args: Payload) -> tuple[str, Payload]:
    """Say what a vendor has defined."""
    names = (("message", "messageId"), ("data", "data"))
    said = {theirs: args[ours] for ours, theirs in names if ours in args}
    return "DataTransfer", {"vendorId": args["vendor"], **said}
