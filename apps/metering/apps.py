"""The room of meters and readings."""

from django.apps import AppConfig


class MeteringConfig(AppConfig):
    name = "apps.metering"
    label = "metering"

    def ready(self) -> None:
        import apps.metering.operations  # noqa: F401 - its builder registers
