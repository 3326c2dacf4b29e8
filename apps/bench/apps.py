"""The bench: the product and its yardsticks, measured in one run."""

from django.apps import AppConfig


class BenchConfig(AppConfig):
    name = "apps.bench"
    label = "bench"
