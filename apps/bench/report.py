"""Medians and ratios of a run, and how they are told (pure)."""

import statistics
from collections.abc import Mapping, Sequence
from typing import Any

Runs = Mapping[str, Sequence[Mapping[str, float]]]
LIBRARY = "library without database"
RATIOS = (
    ("node", LIBRARY),
    ("daphne", LIBRARY),
    ("node without database", LIBRARY),
    ("daphne without database", LIBRARY),
    ("node", "node without database"),
    ("daphne", "daphne without database"),
    ("node", "naive ORM"),
)


def medians(runs: Runs, figure: str) -> dict[str, float]:
    """Return the median of a figure for each contender."""
    return {name: statistics.median(run[figure] for run in rounds) for name, rounds in runs.items()}


def ratios_of(speeds: Mapping[str, float]) -> dict[str, float]:
    """Return the ratios that goals are set for, of the contenders that ran."""
    return {
        f"{ours} / {theirs}": speeds[ours] / speeds[theirs]
        for ours, theirs in RATIOS
        if speeds.get(ours) and speeds.get(theirs)
    }


def summary(runs: Runs, steady: Runs, commit: Mapping[str, float]) -> dict[str, Any]:
    """Return the figures of a run: speeds, ratios, and delays at a steady rate."""
    speeds, busy_cpu = medians(runs, "messages_per_s"), medians(runs, "cpu_us_per_message")
    p50, p99 = medians(steady, "p50_ms"), medians(steady, "p99_ms")
    cpu = medians(steady, "cpu_us_per_message")
    return {
        "messages_per_s": speeds,
        "rounds": {
            name: [run["messages_per_s"] for run in rounds] for name, rounds in runs.items()
        },
        "ratios": ratios_of(speeds),
        "cpu_us_per_message": busy_cpu,
        "generator_busy": medians(runs, "generator_busy"),
        "errors": sum(run["errors"] + run["lost"] for rounds in runs.values() for run in rounds),
        "steady": {
            "p50_ms": p50,
            "p99_ms": p99,
            "cpu_us_per_message": cpu,
            "one_row_commit_ms": dict(commit),
            "p50 / one-row commit": {n: v / commit["p50_ms"] for n, v in p50.items()},
            "p99 / one-row commit": {n: v / commit["p99_ms"] for n, v in p99.items()},
            "cpu / cpu at saturation": {n: v / busy_cpu[n] for n, v in cpu.items() if busy_cpu[n]},
        },
    }


def lines_of(facts: Mapping[str, Any], indent: str = "") -> list[str]:
    """Write nested figures as lines for a person."""
    lines: list[str] = []
    for name, value in facts.items():
        if isinstance(value, Mapping):
            lines += [f"{indent}{name}", *lines_of(value, indent + "  ")]
        elif isinstance(value, list):
            lines.append(f"{indent}{name:<42} {'  '.join(f'{one:,.0f}' for one in value)}")
        elif isinstance(value, float):
            lines.append(f"{indent}{name:<42} {value:>10,.2f}")
        else:
            lines.append(f"{indent}{name:<42} {value!s:>10}")
    return lines
