"""Restart a station, take it in or out of use, make it speak."""

from apps.stations.commands.arguments import Choice, Flag
from apps.stations.commands.registry import ANY_EVSE, register

MESSAGES = (
    "BootNotification",
    "DiagnosticsStatusNotification",
    "FirmwareStatusNotification",
    "Heartbeat",
    "LogStatusNotification",
    "MeterValues",
    "SignChargePointCertificate",
    "StatusNotification",
)

RESET = register(
    "reset",
    "Restart the station: soft lets a transaction end first, hard does not.",
    Choice(name="type", values=("soft", "hard")),
    confirm_within_s=300,
)
SET_AVAILABILITY = register(
    "set-availability",
    "Take an EVSE, or the whole station, in or out of use; it outlives a restart.",
    ANY_EVSE,
    Flag(name="operative", about="True: in use."),
    confirm_within_s=24 * 3600,  # a running transaction ends first
)
TRIGGER = register(
    "trigger",
    "Ask the station to send a message now.",
    Choice(name="message", about="As OCPP names it.", values=MESSAGES),
    ANY_EVSE,
    confirm_within_s=60,
)
CLEAR_CACHE = register("clear-cache", "Forget which cards the station has seen.")
