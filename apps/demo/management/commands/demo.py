"""The whole product from one command, with embedded servers."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import CommandParser

from apps.core.commands import DoorCommand, port_number
from apps.core.refused import Refused
from apps.demo.folder import Folder
from apps.demo.run import Demo


class Command(DoorCommand):
    """Run the demo until Ctrl+C."""

    help = (
        "Run the whole product with embedded servers, three months of history and eight stations."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--port", type=port_number, default=8000, help="web and station port")
        parser.add_argument("--home", type=Path, default=settings.BASE_DIR / "var")
        parser.add_argument(
            "--days", type=int, default=90, help="days of history when data is made"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if not 0 <= options["days"] <= 365:
            raise Refused("days_illegal", "Give 0 to 365 days of history.", field="days")
        folder = Folder(options["home"].resolve())
        Demo(folder, port=options["port"], days=options["days"], write=self._write).run()

    def _write(self, text: str) -> None:
        self.stdout.write(text)
        self.stdout.flush()
