"""django-tenants' migration command, as the owner of the schemas."""

from django_tenants.management.commands.migrate_schemas import Command as MigrateSchemas

from apps.tenants.owner import OwnerMixin


class Command(OwnerMixin, MigrateSchemas):
    """Migrate public and every tenant."""
