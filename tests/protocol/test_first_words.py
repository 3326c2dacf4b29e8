import json
from decimal import Decimal

import pytest
from asgiref.sync import async_to_sync

from apps.audit.models import AuditEntry
from apps.metering.models import Reading
from apps.stations.models import Connector, JournalRow, Station

pytestmark = pytest.mark.protocol
BOOT = {"chargePointVendor": "Acme", "chargePointModel": "Home", "firmwareVersion": "1.2"}


def test_a_station_is_answered_and_everything_is_kept(station):
    async def scenario():
        accepted = await station.connect()
        assert accepted == {"type": "websocket.accept", "subprotocol": "ocpp1.6"}
        boot = await station.result("BootNotification", BOOT)
        assert (boot["status"], boot["interval"]) == ("Accepted", 300)
        beat = await station.result("Heartbeat", {})
        assert beat["currentTime"].endswith("Z") and len(beat["currentTime"]) == 24
        status = {"connectorId": 1, "errorCode": "NoError", "status": "Charging"}
        assert await station.result("StatusNotification", status) == {}
        second = {"connectorId": 2, "errorCode": "NoError", "status": "Available"}
        assert await station.result("StatusNotification", second) == {}
        value = {
            "timestamp": "2026-11-25T10:00:00Z",
            "sampledValue": [
                {"value": "12.5", "unit": "kWh"},
                {"value": "7400", "measurand": "Power.Active.Import", "unit": "W"},
            ],
        }
        assert await station.result("MeterValues", {"connectorId": 1, "meterValue": [value]}) == {}
        await station.disconnect()

    async_to_sync(scenario)()
    row = Station.objects.get()
    assert (row.vendor, row.firmware, row.is_online) == ("Acme", "1.2", False)
    one, two = Connector.objects.all()
    assert (one.occupancy, one.charging_state, one.power_w, one.register_wh) == (
        "occupied",
        "charging",
        7400,
        Decimal(12500),
    )
    assert two.occupancy == "available"
    assert {(r.measurand, r.unit, r.value) for r in Reading.objects.all()} == {
        ("Energy.Active.Import.Register", "Wh", Decimal(12500)),
        ("Power.Active.Import", "W", Decimal(7400)),
    }
    assert JournalRow.objects.count() == 10


@pytest.mark.slow
def test_both_servers_answer_a_station(live):
    live.add_stations("L1")
    live.start()

    async def scenario():
        async with live.connect_station("L1") as socket:
            await socket.send(json.dumps([2, "1", "BootNotification", BOOT]))
            assert json.loads(await socket.recv())[2]["status"] == "Accepted"
            await socket.send(json.dumps([2, "2", "Heartbeat", {}]))
            assert json.loads(await socket.recv())[0] == 3

    async_to_sync(scenario)()
    assert live.sql("SELECT count(*) FROM alfa.stations_journalrow") == [(4,)]


def test_a_sim_is_learnt_and_a_change_of_it_is_kept(station):
    boot = {"chargePointVendor": "A", "chargePointModel": "B", "imsi": "204046620000001"}

    async def scenario():
        await station.connect()
        for iccid in ("8931440301234567890", "8931440309999999999"):
            await station.result("BootNotification", {**boot, "iccid": iccid})
        await station.disconnect()

    async_to_sync(scenario)()
    row = Station.objects.get()
    assert (row.iccid, row.imsi) == ("8931440309999999999", boot["imsi"])
    entry = AuditEntry.objects.get(action="stations.station.changed_itself")
    assert entry.before is not None
    assert entry.before["iccid"] == "8931440301234567890"
