"""Fill the demo's database: called by `demo`, in a process of its own."""

from pathlib import Path
from typing import Any

from django.core.management.base import CommandParser

from apps.core import clock
from apps.core.commands import DoorCommand
from apps.demo import seed
from apps.demo.folder import Folder, migration_hashes


class Command(DoorCommand):
    """Fill the demo's database."""

    help = "Fill the demo's database (`demo` calls it)."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--home", required=True, type=Path)
        parser.add_argument("--days", type=int, default=90, help="days of history")
        parser.add_argument("--migrate-only", action="store_true")

    def handle(self, *args: Any, **options: Any) -> None:
        folder = Folder(options["home"])
        seed.migrate(self.stdout.write)
        if not options["migrate_only"]:
            seed.make_tenants(self.stdout.write)
            span = seed.history_span(clock.now(), options["days"])
            people = seed.make_people(span.begin)
            folder.remember(people=seed.told_people(people))
            folder.write_stations(seed.make_history(people, span, self.stdout.write))
        folder.remember(migrations=migration_hashes(), is_complete=True)
