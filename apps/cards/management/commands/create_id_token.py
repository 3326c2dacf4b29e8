"""Let a card charge at all stations of a tenant."""

from typing import Any

from django.core.management.base import CommandParser

from apps.audit.actor import Actor, acting
from apps.cards.operations import create_id_token
from apps.core import binding
from apps.core.commands import JsonCommand
from apps.tenants.bridge import run_in_tenant
from apps.tenants.queries import get_tenant


class Command(JsonCommand):
    """Create an id token, for a person if an address is given."""

    help = "Let a card charge at all stations of a tenant."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--tenant", required=True)
        parser.add_argument("--token", required=True, metavar="UID")
        parser.add_argument("--email", default="", help="the member who holds the card")
        parser.add_argument("--label", default="")
        parser.add_argument("--shared", action="store_true", help="one fixed card for everybody")

    def handle(self, *args: Any, **options: Any) -> None:
        with binding.bound(binding.PUBLIC):
            tenant = get_tenant(schema=options["tenant"])
        with acting(Actor(channel="command")):
            number = run_in_tenant(
                tenant.schema,
                create_id_token,
                token=options["token"],
                email=options["email"],
                label=options["label"],
                is_shared=options["shared"],
            )
        facts = {"tenant": tenant.schema, "id": number, "token": options["token"].strip()}
        if options["email"]:
            facts["email"] = options["email"]
        self.tell(facts, as_json=options["json"])
