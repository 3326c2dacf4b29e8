"""The room of charging sessions."""

from django.apps import AppConfig


class SessionsConfig(AppConfig):
    name = "apps.sessions"
    label = "charging_sessions"
