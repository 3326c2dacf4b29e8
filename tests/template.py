"""Build the template database: run as the owner, in a process of its own."""

import django

django.setup()

from django.core.management import call_command  # noqa: E402

from apps.core import binding  # noqa: E402
from apps.tenants.operations import create_tenant  # noqa: E402
from apps.tenants.owner import become_owner  # noqa: E402

become_owner()
with binding.bound(binding.PUBLIC):
    call_command("migrate_schemas", shared=True, verbosity=0)
for schema, kind in (("alfa", "installer"), ("beta", "employer"), ("gamma", "employer")):
    with binding.bound(binding.PUBLIC):
        create_tenant(schema=schema, name=schema.title(), kind=kind)
