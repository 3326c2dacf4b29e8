"""The room of exports."""

from django.apps import AppConfig


class ExportsConfig(AppConfig):
    name = "apps.exports"
    label = "exports"

    def ready(self) -> None:
        from apps.exports.exporters import statement  # noqa: F401 - importing registers them
        from apps.exports.writers import csv, pdf  # noqa: F401
