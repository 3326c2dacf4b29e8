"""The room of charging sessions."""

from django.apps import AppConfig


class SessionsConfig(AppConfig):
    name = "apps.sessions"
    label = "charging_sessions"

    def ready(self) -> None:
        from apps.sessions.supporting import list_supporting
        from apps.stations.operations.retention import supports

        supports(list_supporting)
