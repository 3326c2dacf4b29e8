"""Stop a transaction."""

from apps.core.refused import Refused
from apps.stations.commands.registry import Args, kind


@kind("stop-charging", confirm_within_s=120)
def stop_charging(args: Args) -> Args:
    """Read `transaction_id`: text, or a number as OCPP 1.6 has it."""
    value = args.get("transaction_id")
    text = str(value) if type(value) is int else value
    if not isinstance(text, str) or not 1 <= len(text.strip()) <= 36:
        raise Refused(
            "argument_wrong",
            "transaction_id must name the transaction to stop, as the session shows it.",
            field="transaction_id",
        )
    return {"transaction_id": text.strip()}
