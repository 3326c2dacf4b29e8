"""Durable messages per second of both doors, and of the yardsticks, in one run."""

from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from apps.bench.commits import commit_one_by_one
from apps.bench.grounds import CONTENDERS, Grounds, grounds
from apps.bench.report import summary

STEADY = ("node", "daphne")
Told = Callable[[str], None]


@dataclass(frozen=True)
class Plan:
    """How long and how much."""

    seconds: float = 3
    rounds: int = 5
    stations: int = 200
    tenants: int = 8
    rate: float = 600


def measure(root: Path, plan: Plan, tell: Told) -> dict[str, Any]:
    """Build grounds, load every contender in turn for some rounds, and return the figures."""
    with grounds(root) as made:
        tell(f"{plan.tenants} tenants with {plan.stations} stations are made")
        made.build(plan.tenants, plan.stations)
        for name in CONTENDERS:
            made.start(name)
        runs = _take_turns(made, plan, tell)
        steady = {
            name: [made.load(name, seconds=plan.seconds, rate=plan.rate) for _ in range(2)]
            for name in STEADY
        }
        commit = commit_one_by_one(made.owner_dsn, seconds=plan.seconds)
    return {"plan": asdict(plan), **summary(runs, steady, commit)}


def _take_turns(made: Grounds, plan: Plan, tell: Told) -> dict[str, list[dict[str, Any]]]:
    """Load the contenders one after the other, round by round: noise meets all of them."""
    runs: dict[str, list[dict[str, Any]]] = {name: [] for name in CONTENDERS}
    for number in range(1, plan.rounds + 1):
        for name, found in runs.items():
            found.append(made.load(name, seconds=plan.seconds))
            speed = found[-1]["messages_per_s"]
            tell(f"round {number} of {plan.rounds}: {name} {speed:,.0f} messages per second")
    return runs
