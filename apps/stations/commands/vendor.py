"""What only a vendor and its stations know."""

from apps.stations.commands.arguments import Text
from apps.stations.commands.registry import register

DATA_TRANSFER = register(
    "data-transfer",
    "Send a message that the vendor of the station has defined.",
    Text(name="vendor", about="As the vendor names itself.", longest=255),
    Text(name="message", about="Which of its messages.", longest=50, default=None),
    Text(name="data", about="What the vendor expects.", longest=4000, default=None, is_block=True),
)
