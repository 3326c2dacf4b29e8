"""The simulator: a fleet of OCPP 1.6 stations."""

from django.apps import AppConfig


class SimulatorConfig(AppConfig):
    name = "apps.simulator"
    label = "simulator"
