"""CancelReservation."""

from apps.ocpp.v16.outbound.registry import sends
from apps.ocpp.work import Payload


@sends("cancel-reservation")
def cancel_reservation(args: Payload) -> tuple[str, Payload]:
    """Give up a reservation."""
    return "CancelReservation", {"reservationId": args["reservation"]}
