"""Create stations."""

import datetime as dt
from collections.abc import Sequence
from typing import Any
from urllib.parse import quote

from django.conf import settings
from django.core.management.base import CommandParser

from apps.audit.actor import Actor, acting
from apps.core import binding, clock
from apps.core.commands import JsonCommand
from apps.core.refused import Refused
from apps.stations.operations import create_station
from apps.tenants.bridge import run_in_tenant
from apps.tenants.queries import get_tenant

MOST = 10_000


def station_url(identity: str) -> str:
    """Return where a station with this identity connects."""
    scheme = "wss" if settings.WEB_SCHEME == "https" else "ws"
    host = f"{settings.BASE_DOMAIN}{settings.WEB_PORT_SUFFIX}"
    return f"{scheme}://{host}/ocpp/{quote(identity, safe='')}"


def create_stations(
    *, identities: Sequence[str], site: str, now: dt.datetime
) -> list[tuple[str, int, str]]:
    """Create all of them or none."""
    return [create_station(identity=name, site_name=site, now=now) for name in identities]


class Command(JsonCommand):
    """Create one station, or N at once."""

    help = "Create stations; each key is shown once. With --count the identities are I-1 … I-N."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--tenant", required=True)
        parser.add_argument("--identity", required=True)
        parser.add_argument("--site", default="", help="made on first use; default: Zonder locatie")
        parser.add_argument("--count", type=int, help="how many, numbered from 1")

    def handle(self, *args: Any, **options: Any) -> None:
        count, identity = options["count"], options["identity"]
        if count is not None and not 1 <= count <= MOST:
            raise Refused("count_wrong", f"Give a number from 1 to {MOST}.", field="count")
        names = [identity] if count is None else [f"{identity}-{n}" for n in range(1, count + 1)]
        with binding.bound(binding.PUBLIC):
            tenant = get_tenant(schema=options["tenant"])
        with acting(Actor(channel="command")):
            made = run_in_tenant(
                tenant.schema,
                create_stations,
                identities=names,
                site=options["site"],
                now=clock.now(),
            )
        for name, _, key in made:
            facts = {"identity": name, "url": station_url(name), "key": key}
            self.tell(facts, as_json=options["json"])
