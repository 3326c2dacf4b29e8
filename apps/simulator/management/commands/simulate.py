"""Run simulated stations against a backoffice."""

import asyncio
import signal
from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError, CommandParser

from apps.core.commands import JsonCommand
from apps.core.refused import Refused
from apps.simulator.behaviour import PROFILES
from apps.simulator.fleet import Fleet, read_keys
from apps.simulator.ledger import Ledger
from apps.simulator.link import RefusedError

_TOLD = {
    "connected": "connected",
    "lost": "no connection: {why}",
    "refused": "{action} was answered with an error: {why}",
    "card_refused": "card {token} was refused: {status}; create_id_token makes it known",
}


class Command(JsonCommand):
    """Run simulated stations."""

    help = (
        "Run OCPP 1.6 stations that charge. Keys come from create_station --json; with --speed the "
        "stations' clock runs faster than yours, so their moments lie in the future."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--url", default="", help="ws://host:port/ocpp; else from --keys")
        parser.add_argument("--keys", required=True, type=Path, help="lines of create_station")
        parser.add_argument("--stations", type=int, default=0, help="how many; 0 is all")
        parser.add_argument("--profile", default="home", choices=sorted(PROFILES))
        parser.add_argument("--seed", type=int, default=0)
        parser.add_argument("--interval", type=int, default=60, help="seconds between readings")
        parser.add_argument("--speed", type=int, default=1, help="time factor")
        parser.add_argument("--seconds", type=float, default=None, help="real seconds to run")
        parser.add_argument("--memory", type=Path, default=None, help="keep the registers here")
        parser.add_argument("--ledger", type=Path, default=None, help="append JSON lines here")

    def handle(self, *args: Any, **options: Any) -> None:
        for name in ("speed", "interval"):
            if options[name] < 1:
                raise Refused("number_too_small", "Give 1 or more.", field=name)
        lines = read_keys(options["keys"])
        wanted = options["stations"] or len(lines)
        if not 0 < wanted <= len(lines):
            raise Refused(
                "too_few_keys",
                f"{options['keys']} names {len(lines)} stations; ask for 1 to {len(lines)}.",
                field="stations",
            )
        with _open_ledger(options["ledger"], self._watch) as ledger:
            fleet = Fleet.from_keys(
                lines[:wanted],
                url=options["url"],
                profile=options["profile"],
                seed=options["seed"],
                interval_s=options["interval"],
                speed=options["speed"],
                ledger=ledger,
                memory=options["memory"],
            )
            try:
                asyncio.run(_until_signal(fleet, options["seconds"]))
            except* RefusedError as group:
                raise CommandError(f"refused: {_first(group)}") from None
            self.tell(fleet.summary(), as_json=options["json"])
            if not ledger.connected:
                where = options["url"] or "the addresses of --keys"
                raise CommandError(f"no station connected: is the backoffice running at {where}?")

    def _watch(self, event: str, identity: str, facts: dict[str, Any]) -> None:
        """Say on stderr what a person at the station would see."""
        if event in _TOLD:
            self.stderr.write(f"{identity:<16} {_TOLD[event].format_map(facts)}", self.style.NOTICE)


def _open_ledger(path: Path | None, watch: Callable[[str, str, dict[str, Any]], None]) -> Ledger:
    try:
        return Ledger(path, watch=watch)
    except OSError as error:
        raise Refused(
            "ledger_unwritable", f"cannot write {path}: {error}", field="ledger"
        ) from error


def _first(error: BaseException) -> BaseException:
    while isinstance(error, BaseExceptionGroup):
        error = error.exceptions[0]
    return error


async def _until_signal(fleet: Fleet, seconds: float | None) -> None:
    stop, loop = asyncio.Event(), asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop.set)
    await fleet.run(seconds, stop)
