"""Writes of the estate: stations and their parts, presence, commands, the journal."""

from apps.stations.operations.commands import (
    Progress,
    confirm_commands,
    record_answer,
    record_progress,
    request_command,
    sweep_commands,
    take_command,
)
from apps.stations.operations.configuration import Configuration, ToldSetting
from apps.stations.operations.estate import (
    BootFacts,
    create_station,
    ensure_connector,
    record_boot,
    record_security_event,
)
from apps.stations.operations.importing import (
    Made,
    apply_import,
    check_import,
    undo_import,
)
from apps.stations.operations.journal import JournalFrame, append_frames
from apps.stations.operations.presence import Opened, mark_lost_stations, open_connection

__all__ = [
    "BootFacts",
    "Configuration",
    "JournalFrame",
    "Made",
    "Opened",
    "Progress",
    "ToldSetting",
    "append_frames",
    "apply_import",
    "check_import",
    "confirm_commands",
    "create_station",
    "ensure_connector",
    "mark_lost_stations",
    "open_connection",
    "record_answer",
    "record_boot",
    "record_progress",
    "record_security_event",
    "request_command",
    "sweep_commands",
    "take_command",
    "undo_import",
]
