"""Make a person a member of a tenant."""

from typing import Any

from django.core.management.base import CommandParser

from apps.accounts.access import ROLES
from apps.accounts.operations import create_user
from apps.audit.actor import Actor, acting
from apps.core import binding
from apps.core.commands import JsonCommand
from apps.tenants.bridge import run_in_tenant
from apps.tenants.queries import get_tenant


class Command(JsonCommand):
    """Create a person, or give an existing one another role."""

    help = "Make a person a member of a tenant; a new person's password is shown once."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--tenant", required=True)
        parser.add_argument("--role", required=True, choices=ROLES)
        parser.add_argument("--email", required=True)
        parser.add_argument("--name", default="")

    def handle(self, *args: Any, **options: Any) -> None:
        with binding.bound(binding.PUBLIC):
            tenant = get_tenant(schema=options["tenant"])
        with acting(Actor(channel="command")):
            _, password = run_in_tenant(
                tenant.schema,
                create_user,
                email=options["email"],
                role=options["role"],
                name=options["name"],
            )
        facts = {"tenant": tenant.schema, "email": options["email"], "role": options["role"]}
        if password:
            facts["password"] = password
        self.tell(facts, as_json=options["json"])
