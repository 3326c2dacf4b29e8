"""Create an API token."""

import datetime as dt
from typing import Any

from django.core.management.base import CommandParser

from apps.api.constants import SCOPES
from apps.api.operations import create_token
from apps.audit.actor import Actor, acting
from apps.core import binding, clock
from apps.core.bounds import bounded
from apps.core.commands import JsonCommand
from apps.core.refused import Refused
from apps.tenants.bridge import run_in_tenant
from apps.tenants.queries import get_tenant

LONGEST_DAYS = 36_500


class Command(JsonCommand):
    """Create a token of one tenant."""

    help = "Create an API token of a tenant; it is shown once, only its hash is kept."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--tenant", required=True, help="the tenant's schema")
        parser.add_argument("--scope", required=True, help=f"comma-separated: {','.join(SCOPES)}")
        parser.add_argument("--name", default="command line", help="what uses the token")
        parser.add_argument("--days", type=int, default=0, help="valid for so many days; 0: no end")

    def handle(self, *args: Any, **options: Any) -> None:
        with binding.bound(binding.PUBLIC):
            tenant = get_tenant(schema=options["tenant"])
        now, days = clock.now(), options["days"]
        if not 0 <= days <= LONGEST_DAYS:
            raise Refused(
                "days_wrong",
                f"Give a number of days from 1 to {LONGEST_DAYS}, or 0 for no end.",
                field="days",
            )
        with acting(Actor(channel="command")):
            token = run_in_tenant(
                tenant.schema,
                create_token,
                name=bounded(options["name"], longest=80, field="name"),
                scopes=options["scope"].split(","),
                expires_at=now + dt.timedelta(days=days) if days else None,
                now=now,
            )
        self.tell({"token": token}, as_json=options["json"])
