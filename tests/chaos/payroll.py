"""Employees of beta, each with a session in October: `… tests.chaos.payroll COUNT [waiting]`.

The close is asked for; nobody has been told yet. `waiting`: no session is settled either.
"""

import datetime as dt
import sys
from decimal import Decimal

import django

django.setup()

from apps.accounts.models import User  # noqa: E402
from apps.core import binding  # noqa: E402
from apps.reimbursement import operations  # noqa: E402
from apps.tenants.bridge import run_in_tenant  # noqa: E402
from tests.parties.house import NOVEMBER, OCT, T0, House, admit, build, deliver, settle  # noqa: E402

RATE = Decimal("0.30")


def hire(house: House, number: int) -> str:
    """Add an employee with a card, a link and an agreement; returns the card."""
    card = f"04PAY{number:05}"
    with binding.bound(binding.PUBLIC):
        employee = User.objects.create_user(f"employee{number}@example.test", None, name="E")
    link = admit(house, "beta", card, employee.pk)
    run_in_tenant(
        "beta",
        operations.agree,
        link_uid=link,
        valid_from=dt.date(2026, 1, 1),
        rate_eur_per_kwh=RATE,
        now=T0,
    )
    return card


def wh_of(number: int) -> int:
    """Return what an employee charged: in a quarter of an hour, at what the charger can."""
    return 1000 + number % 1000


def tell(count: int, *, is_waiting: bool = False) -> None:
    """Let each employee charge once, and ask for the close."""
    house = build()
    for number in range(count):
        at = T0 + dt.timedelta(minutes=20 * number)
        house.charge(hire(house, number), at, wh_of(number), hours=0.25)
    while not is_waiting and settle():
        pass
    while not is_waiting and deliver():
        pass
    run_in_tenant("beta", operations.request_close, month=OCT, now=NOVEMBER)


if __name__ == "__main__":
    binding.force(None)
    tell(int(sys.argv[1]), is_waiting="waiting" in sys.argv)
