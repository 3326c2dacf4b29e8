"""The room of tenants."""

from django.apps import AppConfig


class TenantsConfig(AppConfig):
    name = "apps.tenants"
    label = "tenants"

    def ready(self) -> None:
        from django.core.checks import register
        from django_tenants.signals import post_schema_sync, schema_migrated

        from apps.tenants import checks, grants

        register(checks.check_environment)
        schema_migrated.connect(grants.on_schema_migrated, dispatch_uid="secure_migrated")
        post_schema_sync.connect(grants.on_schema_synced, dispatch_uid="secure_synced")
