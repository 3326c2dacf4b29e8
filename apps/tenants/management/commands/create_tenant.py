"""Create a tenant with its schema."""

from typing import Any

from django.conf import settings
from django.core.management.base import CommandParser

from apps.audit.actor import Actor, acting
from apps.core import binding
from apps.core.commands import JsonCommand
from apps.tenants.models import Tenant
from apps.tenants.operations import create_tenant
from apps.tenants.owner import OwnerMixin


class Command(OwnerMixin, JsonCommand):
    """Create a tenant."""

    help = "Create a tenant: an organisation with a schema and a host name of its own."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--schema", required=True, help="lower-case name of the schema")
        parser.add_argument("--name", required=True, help="the organisation's name")
        parser.add_argument("--kind", required=True, choices=Tenant.Kind.values)

    def handle(self, *args: Any, **options: Any) -> None:
        with binding.bound(binding.PUBLIC), acting(Actor(channel="command")):
            host = create_tenant(
                schema=options["schema"], name=options["name"], kind=options["kind"]
            )
        facts = {
            "schema": options["schema"],
            "kind": options["kind"],
            "url": f"{settings.WEB_SCHEME}://{host}{settings.WEB_PORT_SUFFIX}",
        }
        self.tell(facts, as_json=options["json"])
