"""A month on one page: what is ready, what a person must look at, what has no amount yet."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from apps.dashboard.numbers import known_sum
from apps.dashboard.reasons import Story, story_of
from apps.reimbursement.constants import BLOCKED, READY, REGULAR, REVIEW
from apps.reimbursement.queries import OpenLine

GRADES = "ABCDE"
_WORST_FIRST = {BLOCKED: 0, REVIEW: 1, READY: 2}


@dataclass(slots=True)
class Lane:
    """One lane: its sessions, their money (EUR), the statements they go to.

    `worst_of` counts the statements that this lane holds up: each stands in one lane only.
    """

    name: str
    amount: Decimal = Decimal(0)
    sessions: int = 0
    people: set[int] = field(default_factory=set)
    worst_of: int = 0

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


@dataclass(frozen=True, slots=True)
class Row:
    """A statement to be: one employee's month; a figure of which nothing is known is None.

    `unknown` counts the sessions that `amount` lacks, so that the rows add up to the month.
    """

    employee: str
    lane: str
    energy_wh: Decimal | None
    sessions: int
    late: int
    correction: Decimal | None
    amount: Decimal | None
    unknown: int
    grade: str


def lanes_of(lines: Sequence[OpenLine]) -> dict[str, Lane]:
    """Sum lines per lane."""
    lanes = {name: Lane(name) for name in (READY, REVIEW, BLOCKED)}
    worst: dict[int, str] = {}
    for line in lines:
        lane = lanes[line.lane]
        lane.amount += line.amount or Decimal(0)
        lane.sessions += 1
        lane.people.add(line.employee_id)
        known = worst.get(line.employee_id, READY)
        worst[line.employee_id] = min(known, line.lane, key=_WORST_FIRST.__getitem__)
    for name in worst.values():
        lanes[name].worst_of += 1
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
    people: dict[int, list[OpenLine]] = {}
    for line in lines:
        people.setdefault(line.employee_id, []).append(line)
    rows = [_row(own) for own in people.values()]
    return sorted(rows, key=lambda row: (_WORST_FIRST[row.lane], row.employee.casefold()))


def _row(lines: Sequence[OpenLine]) -> Row:
    late = [line for line in lines if line.kind != REGULAR]
    amounts = [line.amount for line in lines]
    return Row(
        employee=lines[0].employee,
        lane=min((line.lane for line in lines), key=_WORST_FIRST.__getitem__),
        energy_wh=known_sum(line.energy_wh for line in lines),
        sessions=len(lines),
        late=len(late),
        correction=known_sum(line.amount for line in late),
        amount=known_sum(amounts),
        unknown=amounts.count(None),
        grade=max((line.record.grade for line in lines), key=GRADES.index),
    )


def bar_of(lanes: dict[str, Lane], width: int = 1000) -> list[tuple[str, int, int]]:
    """Return (lane, x, width) of the bar of statements; the parts fill the width."""
    whole = sum(lane.worst_of for lane in lanes.values())
    found, at, seen = [], 0, 0
    for name in (READY, REVIEW, BLOCKED):
        seen += lanes[name].worst_of
        end = seen * width // whole if whole else 0
        if end > at:
            found.append((name, at, end - at))
        at = end
    return found
