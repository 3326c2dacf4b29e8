"""What must not run beside itself shares an advisory lock, held until the commit.

A race would show a missing lock now and then; the lock itself shows it always.
"""

from collections.abc import Callable

from django.db import connection, transaction

from apps.cdrs import operations as cdrs
from apps.cdrs.models import IssuedCdr
from apps.core.tokens import normalise_token
from apps.reimbursement.operations import request_close
from apps.reimbursement.operations.closing import close_agreement
from apps.sessions.operations import start
from apps.sessions.operations.locking import lock_card, lock_station
from apps.tenants.bridge import run_in_tenant
from tests.parties.house import HIS, NOVEMBER, OCT, T0, settle

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
    closing = locks_of(
        "beta", lambda: close_agreement(agreement_id=agreement, month=OCT, now=NOVEMBER)
    )
    receiving = locks_of("beta", lambda: cdrs.receive_cdr(body=body, now=NOVEMBER))
    assert closing & receiving


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
