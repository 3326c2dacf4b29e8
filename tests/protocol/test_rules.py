"""Rules of the protocol map that no other test here shows."""

import json

import pytest
from asgiref.sync import async_to_sync

from apps.stations.models import JournalConnection, Station
from tests.protocol.conftest import InProcessStation

pytestmark = pytest.mark.protocol
BOOT = {"chargePointVendor": "Acme", "chargePointModel": "Home"}
STATUS = {"connectorId": 1, "errorCode": "NoError", "status": "Available"}


def on_one_connection(station: InProcessStation, *calls):
    async def scenario():
        await station.connect()
        answers = [await station.call(action, payload) for action, payload in calls]
        await station.disconnect()
        return answers

    return async_to_sync(scenario)()


def test_the_version_is_kept_for_the_connection_and_for_the_station(station):
    on_one_connection(station, ("Heartbeat", {}))
    assert JournalConnection.objects.get().protocol == "ocpp1.6"
    assert Station.objects.get().protocol == "ocpp1.6"


@pytest.mark.parametrize("status", ["Accepted", "Pending", "Rejected"])
def test_a_registration_outlives_the_connection(station, status):
    on_one_connection(station, ("BootNotification", BOOT))
    Station.objects.update(registration=status)
    [answer] = on_one_connection(station, ("BootNotification", BOOT))
    assert answer[2]["status"] == status
    assert answer[2]["interval"] > 0


def test_a_station_that_speaks_before_its_boot_is_answered(station):
    answers = on_one_connection(station, ("StatusNotification", STATUS), ("Heartbeat", {}))
    assert [answer[0] for answer in answers] == [3, 3]


def test_what_was_wrong_with_a_frame_is_told_without_repeating_it(station):
    async def scenario():
        await station.connect()
        await station.send('[2,"a",{"marker":"QXJZ"},{}]')
        answer = json.dumps(await station.next_frame())
        await station.disconnect()
        return answer

    answer = async_to_sync(scenario)()
    assert answer.startswith('[4, "a", "FormationViolation"')
    assert "QXJZ" not in answer
