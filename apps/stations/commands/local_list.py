"""The list of cards that a station knows by heart."""

from apps.stations.commands.registry import register

LOCAL_LIST_VERSION = register("local-list-version", "Read the version of the station's list.")
