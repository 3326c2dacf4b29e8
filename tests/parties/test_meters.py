"""Whose register a session counts on: no stretch is paid twice, none is refused by mistake."""

from decimal import Decimal

from apps.cdrs.models import IssuedCdr
from apps.metering.models import Meter
from apps.sessions import operations as sessions
from apps.stations.models import Connector, Evse
from apps.tenants.bridge import run_in_tenant
from tests.parties.finance import DAY, exceptions, lines, pay
from tests.parties.house import HIS, T0, close, deliver, settle

THREE = ("regular", Decimal("3.00"))


def test_what_a_meter_counts_after_its_reset_is_paid_too(house):
    pay(house, wh=10_000)
    house.register = Decimal(0)
    pay(house, wh=10_000, at=T0 + DAY)
    close("beta")
    assert lines() == [THREE, THREE]
    assert exceptions() == []


def test_what_a_counter_counts_over_its_turn_and_behind_it_is_paid(house):
    """The figures behind the turn were claimed before, in the first year of the meter."""
    run_in_tenant("alfa", lambda: Meter.objects.update(rolls_over_wh=10**8))
    pay(house, wh=10_000)  # 1,000 to 11,000
    house.register = Decimal(99_995_000)
    pay(house, wh=10_000 - 10**8, at=T0 + DAY)
    house.register = Decimal(5_000)
    pay(house, wh=10_000, at=T0 + 2 * DAY)  # 5,000 to 15,000
    close("beta")
    assert (lines(), exceptions()) == ([THREE, THREE, THREE], [])


def test_the_same_stretch_told_again_is_paid_once(house):
    pay(house, wh=10_000)
    house.register = Decimal(1000)
    pay(house, wh=10_000, at=T0 + DAY)
    close("beta")
    assert lines() == [THREE]
    assert exceptions() == ["register_already_settled"]


def test_two_sockets_under_one_meter_record_do_not_stand_in_each_others_way(house):
    def second_socket():
        evse = Evse.objects.create(station_id=house.station_id, number=2)
        Connector.objects.create(evse=evse)
        given = {"station_id": house.station_id, "frame_id": None}
        started = sessions.start(
            evse_number=2,
            connector_number=1,
            id_token=HIS,
            started_at=T0 + DAY,
            register_wh=house.register - 10_000,
            received_at=T0 + DAY,
            **given,
        )
        sessions.stop(
            transaction_id=started.transaction_id,
            stopped_at=T0 + 1.1 * DAY,
            register_wh=house.register,
            reason="Local",
            id_token=HIS,
            samples=(),
            received_at=T0 + 1.1 * DAY,
            **given,
        )

    pay(house, wh=10_000)
    run_in_tenant("alfa", second_socket)
    settle()
    deliver()
    assert run_in_tenant("alfa", Meter.objects.count) == 1
    uids = run_in_tenant(
        "alfa", lambda: {row.body["meter"]["uid"] for row in IssuedCdr.objects.all()}
    )
    assert len(uids) == 2
    close("beta")
    assert "register_already_settled" not in exceptions()
