"""Cores and processor time of processes; both are known on Linux only."""

import os
from pathlib import Path

_TICKS = os.sysconf("SC_CLK_TCK")


def pin(pid: int, core: int) -> None:
    """Keep a process, and what it starts from now on, on one core of those it may use."""
    if hasattr(os, "sched_setaffinity"):
        cores = sorted(os.sched_getaffinity(0))
        os.sched_setaffinity(pid, {cores[core % len(cores)]})


def seconds_of(pid: int) -> float:
    """Return the processor time of a process, its children and theirs; 0.0 where it is unknown."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii").split()
    except OSError:
        return 0.0
    own = sum(int(field) for field in fields[11:15]) / _TICKS  # children that ended included
    return own + sum(seconds_of(int(child)) for child in children)
