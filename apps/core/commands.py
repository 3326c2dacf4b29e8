"""The base of our management commands."""

import json
from argparse import ArgumentParser, ArgumentTypeError
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from apps.core import binding
from apps.core.refused import Refused


def port_number(text: str) -> int:
    """Read a TCP port of an option.

    :raises ArgumentTypeError: no server can listen there.
    """
    if not (text.isascii() and text.isdigit() and len(text) < 6 and 1 <= int(text) <= 65535):
        raise ArgumentTypeError("Give a port from 1 to 65535.")
    return int(text)


class DoorCommand(BaseCommand):
    """Starts with nothing bound, as every door does; a refusal becomes one clear line."""

    requires_system_checks: list[str] = []

    def execute(self, *args: Any, **options: Any) -> str | None:
        """Run without the binding that manage.py gives Django's own commands.

        :raises CommandError: an operation refused; the text names the option and the remedy.
        """
        with binding.bound(None):
            try:
                return super().execute(*args, **options)
            except Refused as refusal:
                option = f"--{refusal.field.replace('_', '-')}: " if refusal.field else ""
                raise CommandError(f"{option}{refusal}") from refusal


class JsonCommand(DoorCommand):
    """A command with --json: facts go out once, as words or as one JSON object per line."""

    def create_parser(self, prog_name: str, subcommand: str, **kwargs: Any) -> Any:
        """Add --json to the command's own arguments."""
        parser: ArgumentParser = super().create_parser(prog_name, subcommand, **kwargs)
        parser.add_argument("--json", action="store_true", help="print one JSON object per line")
        return parser

    def tell(self, facts: dict[str, Any], *, as_json: bool) -> None:
        """Print the facts; a secret among them is shown here and never again."""
        if as_json:
            self.stdout.write(json.dumps(facts, ensure_ascii=False))
            return
        for name, value in facts.items():
            self.stdout.write(f"{name:>12}  {value}")
