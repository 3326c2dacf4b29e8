"""RemoteStopTransaction."""

from apps.ocpp.v16.outbound.registry import sends, transaction_number
from apps.ocpp.work import Payload


@sends("stop-charging")
def stop_charging(args: Payload) -> tuple[str, Payload]:
    """Stop a transaction: its id is a number in 1.6."""
    return "RemoteStopTransaction", {"transactionId": transaction_number(args["transaction_id"])}
