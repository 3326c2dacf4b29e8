"""RemoteStopTransaction."""

from apps.ocpp.v16.outbound.registry import NotSupportedByVersionError, sends
from apps.ocpp.work import Payload


@sends("stop-charging")
def stop_charging(args: Payload) -> tuple[str, Payload]:
    """Stop a transaction: its id is a number in 1.6."""
    text = args["transaction_id"]
    if not text.lstrip("-").isdigit():
        raise NotSupportedByVersionError("a 1.6 transaction id is a whole number")
    return "RemoteStopTransaction", {"transactionId": int(text)}
