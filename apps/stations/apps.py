"""The room of the estate."""

from django.apps import AppConfig


class StationsConfig(AppConfig):
    name = "apps.stations"
    label = "stations"

    def ready(self) -> None:
        import apps.stations.operations.collected  # noqa: F401 - its builders register
