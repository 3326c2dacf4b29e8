"""The commands a person can give a station, in our words; doors translate them per OCPP version."""

from apps.stations.commands import (
    certificates,
    charging,
    configuring,
    files,
    local_list,
    operating,
    profiles,
    reserving,
    vendor,
)
from apps.stations.commands.registry import Kind, kind_of, list_kinds

__all__ = [
    "Kind",
    "certificates",
    "charging",
    "configuring",
    "files",
    "kind_of",
    "list_kinds",
    "local_list",
    "operating",
    "profiles",
    "reserving",
    "vendor",
]
