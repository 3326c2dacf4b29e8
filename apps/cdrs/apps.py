"""The room of charge detail records."""

from django.apps import AppConfig


class CdrsConfig(AppConfig):
    name = "apps.cdrs"
    label = "cdrs"
