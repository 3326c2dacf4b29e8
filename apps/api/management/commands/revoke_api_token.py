"""End an API token."""

from typing import Any

from django.core.management.base import CommandParser

from apps.api.operations import revoke_token
from apps.audit.actor import Actor, acting
from apps.core import binding, clock
from apps.core.commands import JsonCommand
from apps.tenants.bridge import run_in_tenant
from apps.tenants.queries import get_tenant


class Command(JsonCommand):
    """End a token of one tenant."""

    help = "End an API token at once; it is named by its prefix."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--tenant", required=True, help="the tenant's schema")
        parser.add_argument("--prefix", required=True, help="the part after `laadboek_`")

    def handle(self, *args: Any, **options: Any) -> None:
        with binding.bound(binding.PUBLIC):
            tenant = get_tenant(schema=options["tenant"])
        with acting(Actor(channel="command")):
            run_in_tenant(tenant.schema, revoke_token, prefix=options["prefix"], now=clock.now())
        self.tell({"revoked": options["prefix"]}, as_json=options["json"])
