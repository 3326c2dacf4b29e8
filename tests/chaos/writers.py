"""Eight processes that issue the same month at once: `… tests.chaos.writers careful|careless`.

Every writer takes the agreements in an order of its own and gives up at random after everything
was written. The numbers of the processes are printed; some of them will be killed. A careless one
takes its number from a sequence, as many products do: the control run.
"""

import os
import random
import sys

import django

django.setup()

from django.db import connection  # noqa: E402

from apps.core import binding  # noqa: E402
from apps.reimbursement import operations  # noqa: E402
from apps.reimbursement.models import Agreement, MonthClose  # noqa: E402
from apps.reimbursement.operations import issuing  # noqa: E402
from apps.reimbursement.operations.closing import close_agreement  # noqa: E402
from apps.tenants.bridge import run_in_tenant  # noqa: E402
from tests.parties.house import NOVEMBER, OCT  # noqa: E402

WRITERS = 8


class GivesUpError(Exception):
    """Something failed after the statement was written."""


def begin() -> list[int]:
    """Let the month run; return the agreements."""
    MonthClose.objects.update(state=MonthClose.State.RUNNING)
    return list(Agreement.objects.values_list("pk", flat=True))


def issue(agreement_id: int, *, gives_up: bool) -> None:
    """Issue one statement, or take it back when it is there."""
    if close_agreement(agreement_id=agreement_id, month=OCT, now=NOVEMBER) and gives_up:
        raise GivesUpError


def write(seed: int, agreements: list[int]) -> None:
    """Issue everything, each at most twice."""
    dice = random.Random(seed)  # noqa: S311 - an order, no secret
    dice.shuffle(agreements)
    for agreement_id in agreements:
        for gives_up in (dice.random() < 0.5, False):
            try:
                run_in_tenant("beta", issue, agreement_id, gives_up=gives_up)
            except GivesUpError:
                continue
            break


def from_a_sequence(month: object) -> str:
    """Take a number that no rollback takes back."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval('public.careless')")
        return f"VS-2026-10-{cursor.fetchone()[0]:04}"


def main() -> None:
    """Fork the writers before there is any connection, and wait for those that live."""
    children = []
    for seed in range(WRITERS):
        pid = os.fork()
        if pid == 0:
            write(seed, run_in_tenant("beta", begin))
            os._exit(0)
        children.append(pid)
    print(*children, flush=True)
    for pid in children:
        os.waitpid(pid, 0)
    with binding.bound("beta"):
        operations.close_month(month=OCT, now=NOVEMBER)


binding.force(None)
if sys.argv[1] == "careless":
    issuing._next_number = from_a_sequence
main()
