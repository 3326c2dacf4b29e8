"""Keep an EVSE free for a card."""

from apps.stations.commands.arguments import Moment, Text, Whole
from apps.stations.commands.charging import LONGEST_TOKEN
from apps.stations.commands.registry import EVSE, register

_NUMBER = Whole(name="reservation", about="A number of your own; the same one replaces it.")

RESERVE = register(
    "reserve",
    "Keep an EVSE free for a card until a moment.",
    EVSE,
    Text(name="token", longest=LONGEST_TOKEN),
    Moment(name="until"),
    _NUMBER,
)
CANCEL_RESERVATION = register("cancel-reservation", "Give up a reservation.", _NUMBER)
