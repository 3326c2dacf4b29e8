"""The door of people: server-rendered pages and their live updates."""

from django.apps import AppConfig


class DashboardConfig(AppConfig):
    name = "apps.dashboard"
    label = "dashboard"

    def ready(self) -> None:
        from django.core.checks import register

        from apps.core.events import listen
        from apps.dashboard.checks import check_translations
        from apps.dashboard.live.publisher import EVENTS, publisher

        for name in EVENTS:
            listen(name, publisher.note)
        register(check_translations)
