"""Start and stop a session, free a cable."""

from apps.stations.commands.arguments import Text, TransactionId
from apps.stations.commands.registry import CONNECTOR, EVSE, register

LONGEST_TOKEN = 255

START_CHARGING = register(
    "start-charging",
    "Start charging at an EVSE with a card.",
    EVSE,
    CONNECTOR,
    Text(name="token", about="A card that may charge here.", longest=LONGEST_TOKEN),
    confirm_within_s=120,
)
STOP_CHARGING = register(
    "stop-charging",
    "Stop a transaction.",
    TransactionId(name="transaction_id", about="As the session shows it."),
    confirm_within_s=120,
)
UNLOCK = register("unlock", "Free the cable of a connector.", EVSE, CONNECTOR)
