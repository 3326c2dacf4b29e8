"""Tenants with stations, as JSON: `python -m apps.bench.estate TENANTS STATIONS`."""

import json
import sys

import django

django.setup()

from django.core.management import call_command  # noqa: E402

from apps.bench.frames import card_of  # noqa: E402
from apps.cards.operations import create_id_token  # noqa: E402
from apps.core import binding, clock  # noqa: E402
from apps.stations.operations import create_station  # noqa: E402
from apps.tenants.operations import create_tenant  # noqa: E402
from apps.tenants.owner import become_owner  # noqa: E402


def build(tenants: int, stations: int) -> dict[str, str]:
    """Make everything as the owner; returns the keys by identity, tenant after tenant in turn."""
    become_owner()
    with binding.bound(binding.PUBLIC):
        call_command("migrate_schemas", shared=True, verbosity=0)
    schemas = [f"bench{number}" for number in range(tenants)]
    for schema in schemas:
        with binding.bound(binding.PUBLIC):
            create_tenant(schema=schema, name=schema.title(), kind="installer")
    keys = {}
    for number in range(stations):
        with binding.bound(schemas[number % tenants]):
            identity, _, key = create_station(identity=f"BENCH-{number}", now=clock.now())
            create_id_token(token=card_of(identity))
            keys[identity] = key
    return keys


if __name__ == "__main__":
    print(json.dumps(build(int(sys.argv[1]), int(sys.argv[2]))))  # noqa: T201
