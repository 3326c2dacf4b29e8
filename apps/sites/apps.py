"""The room of sites."""

from django.apps import AppConfig


class SitesConfig(AppConfig):
    name = "apps.sites"
    label = "charging_sites"
