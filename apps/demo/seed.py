"""Makes the demo's world through the operations that a person would call."""

import datetime as dt
import secrets
from collections.abc import Callable
from typing import Any
from zoneinfo import ZoneInfo

from django.core.management import call_command

from apps.accounts.operations import create_person, create_user
from apps.audit.actor import Actor, acting
from apps.core import binding, clock
from apps.demo import acts, estate, history
from apps.demo.world import CARLA, PEOPLE, PLACES, TENANTS, Person
from apps.simulator.behaviour import Span
from apps.tenants.bridge import run_in_tenant
from apps.tenants.operations import create_tenant
from apps.tenants.owner import owner_rights
from apps.tenants.queries import list_schemas

ZONE = ZoneInfo("Europe/Amsterdam")
Say = Callable[[str], None]
_WORDS = ("koper", "tulp", "polder", "dijk", "veer", "molen", "gracht", "haven", "zeewind", "duin")


def migrate(say: Say) -> None:
    """Bring public and every tenant up to date, as the owner."""
    with owner_rights():
        with binding.bound(binding.PUBLIC):
            call_command("migrate_schemas", shared=True, verbosity=0)
            has_tenants = bool(list_schemas())
        if has_tenants:
            with binding.bound(binding.PUBLIC):
                call_command("migrate_schemas", tenant=True, verbosity=0)
    say("database schema is up to date")


def make_tenants(say: Say) -> None:
    """Make both organisations, as the owner: a tenant is a schema."""
    with owner_rights():
        for schema, name, kind in TENANTS:
            with binding.bound(binding.PUBLIC):
                create_tenant(schema=schema, name=name, kind=kind)
    say(f"tenants: {', '.join(name for _, name, _ in TENANTS)}")


def make_people(begin: dt.datetime) -> dict[str, tuple[int, str]]:
    """Make everybody; returns id and password by e-mail address."""
    found = {}
    with clock.replaying(begin), acting(Actor(channel="command", name="demo")):
        for person in PEOPLE:
            found[person.email] = run_in_tenant(person.tenant, _make_person, person)
    return found


def _make_person(person: Person) -> tuple[int, str]:
    password = f"{secrets.choice(_WORDS)}-{secrets.choice(_WORDS)}-{secrets.randbelow(9000) + 1000}"
    if person.role == "site_owner":
        return create_person(email=person.email, name=person.name, password=password)
    return create_user(email=person.email, role=person.role, name=person.name, password=password)


def history_span(now: dt.datetime, days: int) -> Span:
    """Return the local days before today, whole months first when there are enough."""
    today = now.astimezone(ZONE).date()
    first = today - dt.timedelta(days=days)
    begin, end = (
        dt.datetime.combine(day, dt.time(), tzinfo=ZONE).astimezone(dt.UTC)
        for day in (first, today)
    )
    return Span(begin, end)


def make_history(people: dict[str, tuple[int, str]], span: Span, say: Say) -> list[dict[str, Any]]:
    """Build the estate and play its past; returns the lines of the live fleet's keys file."""
    ids = {email: person_id for email, (person_id, _) in people.items()}
    with acting(Actor(channel="command", name="demo")):
        stations, links = estate.build(ids, span.begin)
        with clock.replaying(span.begin):
            agreements = acts.agree_on_links(links, span, ZONE)
        say(f"{len(stations)} stations at {len(PLACES)} sites, {len(links)} payer links")
        replays = [history.Replay(built) for built in stations]
        past = acts.acts(agreements, carla_id=ids[CARLA.email], span=span, zone=ZONE)
        count = history.run(replays, past, span=span, say=say)
        with clock.replaying(span.end):
            acts.settle_everything(span.end)
    say(f"history: {count} steps from {span.begin:%Y-%m-%d} on")
    return [
        {**built.line(), "registers": {str(n): wh for n, wh in replay.registers.items()}}
        for built, replay in zip(stations, replays, strict=True)
    ]


def told_people(found: dict[str, tuple[int, str]]) -> list[dict[str, Any]]:
    """Return what demo.json says of people."""
    return [
        {
            "name": person.name,
            "role": person.role,
            "tenant": person.tenant,
            "login": person.email,
            "password": found[person.email][1],
        }
        for person in PEOPLE
        if person.is_told
    ]
