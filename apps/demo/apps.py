"""The demo: seed, history and supervisor; nobody imports it."""

from django.apps import AppConfig


class DemoConfig(AppConfig):
    name = "apps.demo"
    label = "demo"
