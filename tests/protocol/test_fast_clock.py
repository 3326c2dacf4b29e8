"""A station whose clock is fast until its boot is answered: what is shown live follows."""

import datetime as dt

import pytest

from apps.core import clock
from apps.stations.models import Connector, Station
from apps.tenants.bridge import run_in_tenant
from tests.protocol.test_tolerance import talk

pytestmark = pytest.mark.protocol
BOOT = ("BootNotification", {"chargePointVendor": "v", "chargePointModel": "m"})


def status(word, at, connector=1):
    told = {"connectorId": connector, "errorCode": "NoError", "status": word}
    return ("StatusNotification", {**told, "timestamp": at.isoformat()})


def power(watt, at):
    sample = {"value": str(watt), "measurand": "Power.Active.Import", "unit": "W"}
    value = {"timestamp": at.isoformat(), "sampledValue": [sample]}
    return ("MeterValues", {"connectorId": 1, "meterValue": [value]})


@pytest.mark.parametrize("hours", [1, 20])
def test_what_a_fast_clock_said_gives_way_to_what_comes_later(station, hours):
    now = clock.now()
    ahead, soon = now + dt.timedelta(hours=hours), now + dt.timedelta(seconds=1)
    talk(
        station,
        BOOT,
        status("Available", ahead),
        status("Unavailable", ahead, 0),
        status("Charging", soon),
        status("Available", soon, 0),
    )

    def shown():
        plug, box = Connector.objects.get(evse__number=1), Station.objects.get()
        return plug.occupancy, plug.charging_state, box.reported_status

    assert run_in_tenant("alfa", shown) == ("occupied", "charging", "available")


def test_a_value_measured_ahead_is_shown_as_of_now(station):
    ahead = clock.now() + dt.timedelta(hours=2)
    talk(station, BOOT, status("Charging", clock.now()), power(7000, ahead))
    plug = run_in_tenant(
        "alfa", lambda: Connector.objects.values("power_w", "measured_at").get(evse__number=1)
    )
    assert plug["power_w"] == 7000
    assert plug["measured_at"] is not None
    assert plug["measured_at"] <= clock.now()
