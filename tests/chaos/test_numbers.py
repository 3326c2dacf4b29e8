"""Numbers of statements under concurrency, rollback and kills (trust.md row 17).

No number twice and none missing; the control run, with a sequence, does lose some.
"""

import os
import random
import signal
import subprocess
import sys
from dataclasses import dataclass

import pytest

from tests.chaos.test_closing import STATEMENTS, assert_each_has_one
from tests.chaos.workers import Shop, shop
from tests.services import ROOT

pytestmark = pytest.mark.slow


@dataclass(frozen=True)
class Size:
    """How many statements, and how many of the eight writers are killed."""

    employees: int
    kills: int


SIZES = [
    pytest.param(Size(employees=20, kills=3), id="hundredth"),
    pytest.param(Size(employees=2000, kills=6), id="whole", marks=pytest.mark.chaos),
]


def write(made: Shop, how: str, size: Size) -> None:
    """Let eight writers write, and kill some of them on the way."""
    dice = random.Random(size.employees)  # noqa: S311 - when to kill, no secret
    made.tell("-m", "tests.chaos.payroll", str(size.employees))
    with subprocess.Popen(
        [sys.executable, "-m", "tests.chaos.writers", how],
        cwd=ROOT,
        env=made.env,
        stdout=subprocess.PIPE,
        text=True,
    ) as program:
        assert program.stdout is not None
        writers = [int(text) for text in program.stdout.readline().split()]
        for number, victim in enumerate(dice.sample(writers, size.kills), 1):
            due = size.employees * number // (size.kills + 2)
            made.wait_for_rows(STATEMENTS, due)
            os.kill(victim, signal.SIGKILL)
        assert program.wait(600) == 0


@pytest.mark.parametrize("size", SIZES)
def test_eight_writers_that_give_up_and_die_leave_no_gap_and_nothing_twice(size):
    with shop("numbers") as made:
        write(made, "careful", size)
        assert_each_has_one(made, size.employees)


@pytest.mark.parametrize("size", SIZES)
def test_the_control_run_with_a_sequence_does_leave_gaps(size):
    with shop("careless") as made:
        made.sql("CREATE SEQUENCE public.careless")
        made.sql("GRANT USAGE ON SEQUENCE public.careless TO laadboek_runtime")
        write(made, "careless", size)
        assert made.count(STATEMENTS) == size.employees
        last = made.sql(f"SELECT max(right(number, 4)::int) FROM {STATEMENTS}")[0][0]
        assert last > size.employees, "a check that cannot see a gap proves nothing"
