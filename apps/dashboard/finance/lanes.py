"""A month on one page: what is ready, what a person must look at, what has no amount yet."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from apps.dashboard.reasons import Story, story_of
from apps.reimbursement.constants import BLOCKED, READY, REGULAR, REVIEW
from apps.reimbursement.queries import OpenLine

GRADES = "ABCDE"
_WORST_FIRST = {BLOCKED: 0, REVIEW: 1, READY: 2}


@dataclass(slots=True)
class Lane:
    """One lane: how many statements and sessions, how much energy (Wh) and money (EUR)."""

    name: str
    amount: Decimal = Decimal(0)
    energy_wh: Decimal = Decimal(0)
    sessions: int = 0
    people: set[int] = field(default_factory=set)

    @property
    def statements(self) -> int:
        """Statements that these lines belong to."""
        return len(self.people)


@dataclass(slots=True)
class Cause:
    """Why something is not ready: in words, how often, and its amount where there is one."""

    lane: str
    story: Story
    first: int
    count: int = 0
    amount: Decimal | None = None


@dataclass(slots=True)
class Row:
    """A statement to be: one employee's month; `amount` is None while part of it is unknown."""

    employee: str
    lane: str = READY
    energy_wh: Decimal = Decimal(0)
    sessions: int = 0
    correction: Decimal = Decimal(0)
    amount: Decimal | None = Decimal(0)
    grade: str = "A"


def lanes_of(lines: Sequence[OpenLine]) -> dict[str, Lane]:
    """Sum lines per lane; a statement counts in its worst lane only."""
    lanes = {name: Lane(name) for name in (READY, REVIEW, BLOCKED)}
    worst: dict[int, str] = {}
    for line in lines:
        lane = lanes[line.lane]
        lane.amount += line.amount or Decimal(0)
        lane.energy_wh += line.energy_wh
        lane.sessions += 1
        known = worst.get(line.employee_id, READY)
        worst[line.employee_id] = min(known, line.lane, key=_WORST_FIRST.__getitem__)
    for person, name in worst.items():
        lanes[name].people.add(person)
    return lanes


def causes_of(lines: Sequence[OpenLine]) -> list[Cause]:
    """Group what is not ready by its story, blocked first, most frequent first."""
    found: dict[tuple[str, str], Cause] = {}
    for line in lines:
        if line.lane == READY:
            continue
        story = story_of(line.reason, line.record.reasons)
        cause = found.setdefault((line.lane, str(story.name)), Cause(line.lane, story, line.cdr_pk))
        cause.count += 1
        if line.amount is not None:
            cause.amount = (cause.amount or Decimal(0)) + line.amount
    return sorted(found.values(), key=lambda cause: (_WORST_FIRST[cause.lane], -cause.count))


def rows_of(lines: Sequence[OpenLine]) -> list[Row]:
    """Return one row per employee, those that need a person first, then by name."""
    rows: dict[int, Row] = {}
    for line in lines:
        row = rows.setdefault(line.employee_id, Row(line.employee))
        row.lane = min(row.lane, line.lane, key=_WORST_FIRST.__getitem__)
        row.energy_wh += line.energy_wh
        row.sessions += 1
        row.grade = max(row.grade, line.record.grade, key=GRADES.index)
        if line.kind != REGULAR:
            row.correction += line.amount or Decimal(0)
        if row.amount is not None:
            row.amount = None if line.amount is None else row.amount + line.amount
    return sorted(rows.values(), key=lambda row: (_WORST_FIRST[row.lane], row.employee.casefold()))


def bar_of(lanes: dict[str, Lane], width: int = 1000) -> list[tuple[str, int, int]]:
    """Return (lane, x, width) of the bar of statements; the parts fill the width."""
    whole = sum(lane.statements for lane in lanes.values())
    found, at, seen = [], 0, 0
    for name in (READY, REVIEW, BLOCKED):
        seen += lanes[name].statements
        end = seen * width // whole if whole else 0
        if end > at:
            found.append((name, at, end - at))
        at = end
    return found
