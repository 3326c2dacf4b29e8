"""Measure the product beside its yardsticks."""

import json
from typing import Any

from django.conf import settings
from django.core.management.base import CommandError, CommandParser

from apps.bench.ingest import Plan, measure
from apps.bench.report import lines_of
from apps.core.commands import DoorCommand


class Command(DoorCommand):
    """`bench ingest`: with servers of its own, on loopback, in a folder that goes away."""

    help = "Print durable messages per second of both doors and of the yardsticks, and the ratios."

    def add_arguments(self, parser: CommandParser) -> None:
        usual = Plan()
        parser.add_argument("what", choices=["ingest"])
        parser.add_argument("--seconds", type=float, default=usual.seconds, help="of one turn")
        parser.add_argument("--rounds", type=int, default=usual.rounds)
        parser.add_argument("--stations", type=int, default=usual.stations)
        parser.add_argument("--tenants", type=int, default=usual.tenants)
        parser.add_argument("--json", action="store_true", help="print one JSON object")

    def handle(self, *args: Any, **options: Any) -> None:
        plan = Plan(
            **{name: options[name] for name in ("seconds", "rounds", "stations", "tenants")}
        )
        if min(plan.seconds, plan.rounds, plan.stations, plan.tenants) <= 0:
            raise CommandError("Give numbers above zero.")
        figures = measure(settings.BASE_DIR, plan, self.stderr.write)
        if options["json"]:
            self.stdout.write(json.dumps(figures))
            return
        self.stdout.write("\n".join(lines_of(figures)))
