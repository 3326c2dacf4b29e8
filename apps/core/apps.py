"""The ground floor."""

from django.apps import AppConfig


class CoreConfig(AppConfig):
    name = "apps.core"
    label = "core"

    def ready(self) -> None:
        """Make the converters known before any address is read."""
        from apps.core import addresses  # noqa: F401
