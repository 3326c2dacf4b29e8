"""The commands a person can give a station, in our words; doors translate them per OCPP version."""

from apps.stations.commands import reset, start_charging, stop_charging
from apps.stations.commands.registry import Kind, kind_of, list_kinds

__all__ = ["Kind", "kind_of", "list_kinds", "reset", "start_charging", "stop_charging"]
