"""What must not run beside itself shares an advisory lock, held until the commit.

A race would show a missing lock now and then; the lock itself shows it always.
"""

import re
from collections.abc import Callable
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

from django.db import OperationalError, connection, transaction
from django.test.utils import CaptureQueriesContext
from psycopg.errors import DeadlockDetected

from apps.accounts.models import PayerLink
from apps.cards.operations import create_id_token, offer_payment, set_blocked
from apps.cdrs import operations as cdrs
from apps.cdrs.models import IssuedCdr
from apps.core.tokens import normalise_token
from apps.reimbursement.operations import closing, request_close
from apps.reimbursement.operations.closing import close_agreement
from apps.sessions.operations import start, stop
from apps.sessions.operations.locking import lock_card, lock_station
from apps.tenants.bridge import run_in_tenant
from apps.tenants.operations import lock_link
from tests.parties.finance import pay
from tests.parties.house import HIS, NOVEMBER, OCT, T0, close, settle

HELD = """SELECT classid, objid FROM pg_locks
WHERE locktype = 'advisory' AND pid = pg_backend_pid() AND granted"""


def locks_of(schema: str, step: Callable[[], object]) -> set[tuple[int, int]]:
    """Return the advisory locks that a step holds at its end; the step is rolled back."""
    found: set[tuple[int, int]] = set()

    def look() -> None:
        before = held()
        with transaction.atomic():
            step()
            found.update(held() - before)
            transaction.set_rollback(True)

    run_in_tenant(schema, look)
    return found


def held() -> set[tuple[int, int]]:
    with connection.cursor() as cursor:
        cursor.execute(HELD)
        return set(cursor.fetchall())


def test_a_close_and_a_delivery_of_one_link_exclude_each_other(house):
    house.charge(HIS)
    settle()
    body = run_in_tenant("alfa", lambda: IssuedCdr.objects.get().body)
    run_in_tenant("beta", request_close, month=OCT, now=NOVEMBER)
    agreement = house.agreements["beta"]
    closes = locks_of(
        "beta", lambda: close_agreement(agreement_id=agreement, month=OCT, now=NOVEMBER)
    )
    receiving = locks_of("beta", lambda: cdrs.receive_cdr(body=body, now=NOVEMBER))
    assert closes & receiving


def test_starts_of_one_card_and_messages_of_one_station_exclude_each_other(house):
    station = locks_of("alfa", lambda: lock_station(house.station_id))
    card = locks_of("alfa", lambda: lock_card(normalise_token(HIS)))
    assert (len(station), len(card), len(station | card)) == (1, 1, 2)
    started = locks_of(
        "alfa",
        lambda: start(
            station_id=house.station_id,
            evse_number=1,
            connector_number=1,
            id_token=HIS,
            started_at=T0,
            register_wh=house.register,
            received_at=T0,
            frame_id=None,
        ),
    )
    assert started >= station | card
    stopped = locks_of(
        "alfa",
        lambda: stop(
            station_id=house.station_id,
            transaction_id="1",
            stopped_at=T0,
            register_wh=house.register,
            reason="Local",
            id_token="",
            samples=(),
            received_at=T0,
            frame_id=None,
        ),
    )
    assert stopped >= station


def test_a_close_that_meets_a_deadlock_tries_again(house, monkeypatch):
    """Two payers of one meter may claim crosswise; the database then ends one of them."""
    pay(house)
    met: list[int] = []

    def unlucky(**given: Any) -> str:
        met.append(given["agreement_id"])
        if len(met) == 1:
            raise OperationalError("deadlock detected") from DeadlockDetected()
        return close_agreement(**given)

    monkeypatch.setattr(closing, "close_agreement", unlucky)
    assert close("beta").amount == Decimal("3.00")
    assert met == [house.agreements["beta"]] * 2


def test_stretches_are_claimed_in_one_order_for_all_tenants(monkeypatch):
    """By meter and register, however the records lie: claims never wait in a circle."""

    def item(meter: str, begin: int) -> Any:
        record = SimpleNamespace(meter_uid=meter, begin_wh=Decimal(begin))
        return SimpleNamespace(reason="", kind="regular", record=record)

    claimed: list[tuple[str, Decimal]] = []

    def note(one: Any) -> None:
        claimed.append((one.record.meter_uid, one.record.begin_wh))

    monkeypatch.setattr(closing, "_claim_one", note)
    given = [item("b", 1), item("a", 9), item("a", 2)]
    assert closing._claim(given) == given
    assert [(meter, int(wh)) for meter, wh in claimed] == [("a", 2), ("a", 9), ("b", 1)]


def test_a_block_and_an_offer_of_payment_exclude_each_other(house):
    """Either may come first; beside each other a blocked card would be paid for."""

    def sql_of(step: Callable[[], object]) -> str:
        with CaptureQueriesContext(connection) as sent:
            step()
        return "\n".join(query["sql"] for query in sent)

    def both() -> list[str]:
        card = create_id_token(token="04CAFE42QWZX")
        block = sql_of(lambda: set_blocked(card_id=card, blocked=True, now=T0))
        employee = PayerLink.objects.filter(paying_tenant__schema_name="beta").get().employee_id
        offer = sql_of(lambda: offer_payment(employee_id=employee, tokens=["04CAFE42QWZX"], now=T0))
        return [block, offer]

    for sql in run_in_tenant("beta", both):
        assert re.search(r'FROM "cards_idtoken".*FOR UPDATE', sql)


def test_a_link_is_locked_in_one_tenant_only(house):
    """Both keep records of a link; neither may hold up the other."""
    mine = locks_of("alfa", lambda: lock_link(link="7"))
    theirs = locks_of("beta", lambda: lock_link(link="7"))
    assert (len(mine), len(theirs), mine & theirs) == (1, 1, set())
