"""Real stations are odd: taken, kept, flagged."""

import datetime as dt
import json

import pytest
from asgiref.sync import async_to_sync

from apps.core import clock
from apps.metering.models import Meter, Reading
from apps.ocpp.v16.inbound import stop_transaction
from apps.sessions.models import Session
from apps.stations.models import Connector, JournalRow, SecurityEvent, Station

pytestmark = pytest.mark.protocol


def talk(station, *messages):
    """Send calls on one connection; returns the answers."""

    async def scenario():
        await station.connect()
        answers = [await station.call(action, payload) for action, payload in messages]
        await station.disconnect()
        return answers

    return async_to_sync(scenario)()


def test_a_boot_with_odd_fields_is_accepted(station):
    boot = {
        "chargePointVendor": "",
        "chargePointModel": "M" * 300,
        "chargePointSerialNumber": 4711,
        "firmwareVersion": "1\x00\x1b2",
        "iccid": "-67",
        "extra": {"x": 1},
    }
    (answer,) = talk(station, ("BootNotification", boot))
    assert answer[2]["status"] == "Accepted"
    row = Station.objects.get()
    assert (row.vendor, row.model, row.serial) == ("", "M" * 255, "4711")
    assert row.firmware == "1\ufffd\ufffd2"
    assert JournalRow.objects.get(seq=1).remark.startswith("schema: ")


def test_a_boot_names_its_meter_and_another_serial_raises_an_alarm(station):
    boot = {"chargePointVendor": "A", "chargePointModel": "B", "meterType": "EM340"}
    talk(
        station,
        ("BootNotification", {**boot, "meterSerialNumber": "S1"}),
        ("BootNotification", {**boot, "meterSerialNumber": "S1"}),
        ("BootNotification", {**boot, "meterSerialNumber": "S2"}),
    )
    first, second = Meter.objects.all()
    assert (first.serial, first.make, second.serial) == ("S1", "EM340", "S2")
    assert first.removed_at is not None and second.installed_at is None
    assert SecurityEvent.objects.get().detail == {"before": "S1", "after": "S2"}


@pytest.mark.parametrize(
    ("status", "occupancy", "state"),
    [
        ("Available", "available", ""),
        ("Preparing", "occupied", "ev_connected"),
        ("Charging", "occupied", "charging"),
        ("SuspendedEV", "occupied", "suspended_ev"),
        ("SuspendedEVSE", "occupied", "suspended_evse"),
        ("Finishing", "occupied", "finishing"),
        ("Reserved", "reserved", ""),
        ("Unavailable", "unavailable", ""),
        ("Faulted", "faulted", ""),
        ("charging", "occupied", "charging"),
        ("Sleeping", "unknown", ""),
    ],
)
def test_a_status_is_kept_in_our_words(station, status, occupancy, state):
    talk(station, ("StatusNotification", {"connectorId": 1, "status": status}))
    row = Connector.objects.get()
    assert (row.occupancy, row.charging_state) == (occupancy, state)


def test_a_fault_keeps_its_words(station):
    fault = {
        "connectorId": "1",
        "errorCode": "Error",
        "status": "Faulted",
        "vendorErrorCode": "E4",
        "info": "<script>",
    }
    talk(station, ("StatusNotification", fault))
    row = Connector.objects.get()
    assert (row.error_code, row.vendor_error, row.info) == ("Error", "E4", "<script>")


def test_an_older_status_does_not_replace_a_newer_one(station):
    talk(
        station,
        (
            "StatusNotification",
            {"connectorId": 1, "status": "Charging", "timestamp": "2026-11-25T10:00:00Z"},
        ),
        (
            "StatusNotification",
            {"connectorId": 1, "status": "Available", "timestamp": "2026-11-25T09:00:00Z"},
        ),
    )
    assert Connector.objects.get().charging_state == "charging"


def test_connector_zero_is_the_station_and_no_connector(station):
    talk(
        station,
        ("StatusNotification", {"connectorId": 0, "status": "Faulted", "errorCode": "OtherError"}),
        ("StatusNotification", {"connectorId": 2**40, "status": "Available"}),
        ("StatusNotification", {"connectorId": -1, "status": "Available"}),
        ("StatusNotification", {"connectorId": [], "status": "Available"}),
    )
    row = Station.objects.get()
    assert (row.reported_status, row.reported_error) == ("faulted", "OtherError")
    assert Connector.objects.count() == 1


def value_of(*samples, at="2026-11-25T10:00:00Z", connector=1, **more):
    entry = {"timestamp": at, "sampledValue": list(samples)}
    return {"connectorId": connector, "meterValue": [entry], **more}


def test_readings_are_kept_in_base_units_with_their_defaults(station):
    talk(
        station,
        (
            "MeterValues",
            value_of(
                {"value": "1.5", "unit": "kWh", "context": "Transaction.Begin"},
                {"value": 16, "measurand": "Current.Import", "phase": "L1"},
                {"value": "300", "measurand": "Temperature", "unit": "K"},
                {"value": "50", "measurand": "SoC", "unit": "Percent", "location": "EV"},
                {"value": "7", "measurand": "Vendor.Thing", "unit": "lm"},
                transactionId="77",
            ),
        ),
    )
    found = {r.measurand: r for r in Reading.objects.all()}
    register = found["Energy.Active.Import.Register"]
    assert register.value == 1500
    assert (register.unit, register.context) == ("Wh", "Transaction.Begin")
    assert (register.transaction_id, register.evse_number) == ("77", 1)
    assert (found["Current.Import"].unit, found["Current.Import"].phase) == ("A", "L1")
    assert str(found["Temperature"].value) == "26.850"
    assert (found["SoC"].unit, found["SoC"].location) == ("%", "EV")
    assert found["Vendor.Thing"].unit == "lm"


def test_values_that_are_no_number_stay_in_the_journal_only(station):
    odd: list[object] = ["", "NaN", "Infinity", "1e400", "x", None, [], {}, True, "9" * 50]
    talk(
        station,
        ("MeterValues", value_of(*({"value": v} for v in odd), {"value": "5"})),
        ("MeterValues", {"connectorId": 1, "values": [{"value": ["100"]}]}),
        ("MeterValues", {"connectorId": 1, "meterValue": ["x", None, 1]}),
        ("MeterValues", value_of({"value": "1", "measurand": ["x"], "unit": {}}, connector="x")),
    )
    assert sorted(Reading.objects.values_list("value", flat=True)) == [1, 5]


def test_a_repeated_reading_is_kept_once(station):
    message = ("MeterValues", value_of({"value": "5"}, {"value": "5"}, transactionId=7))
    talk(station, message, message)
    assert Reading.objects.count() == 1


def test_readings_of_no_transaction_carry_no_id(station):
    for number in (-1, 0, "x", None):
        talk(station, ("MeterValues", value_of({"value": "5"}, transactionId=number)))
    assert Reading.objects.get().transaction_id == ""


def test_live_values_are_of_the_newest_moment(station):
    talk(
        station,
        (
            "MeterValues",
            value_of(
                {"value": "2300", "measurand": "Power.Active.Import", "phase": "L1"},
                {"value": "2.3", "measurand": "Power.Active.Import", "phase": "L2", "unit": "kW"},
                {"value": "10.1", "measurand": "Current.Import", "phase": "L1", "unit": "A"},
                {"value": "10.4", "measurand": "Current.Import", "phase": "L2", "unit": "A"},
                {"value": "12345"},
            ),
        ),
    )
    row = Connector.objects.get()
    assert (row.power_w, str(row.current_a)) == (4600, "10.400")
    assert row.register_wh == 12345
    assert row.measured_at == dt.datetime(2026, 11, 25, 10, tzinfo=dt.UTC)


def test_a_poison_moment_is_replaced_by_the_moment_of_receipt(station):
    before = clock.now()
    for at in ("0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-12:00", "222222017-01-01"):
        talk(
            station,
            ("MeterValues", value_of({"value": "5"}, at=at)),
            ("StatusNotification", {"connectorId": 1, "status": "Charging", "timestamp": at}),
        )
    for row in Reading.objects.all():
        assert before <= row.taken_at <= clock.now()
    status_at = Connector.objects.get().status_at
    assert status_at is not None and status_at <= clock.now()


def start(**changes):
    said = {
        "connectorId": 1,
        "idTag": "04AABBCC",
        "meterStart": 100,
        "timestamp": "2026-11-25T10:00:00Z",
        **changes,
    }
    return ("StartTransaction", {k: v for k, v in said.items() if v is not None})


@pytest.mark.parametrize(
    "changes",
    [
        {"timestamp": "0001-01-01T00:00:00Z"},
        {"timestamp": None},
        {"timestamp": 5},
        {"meterStart": None},
        {"meterStart": "100"},
        {"meterStart": 1e300},
        {"meterStart": -5},
        {"meterStart": 10**30},
        {"idTag": None},
        {"idTag": ""},
        {"idTag": "x" * 5000},
        {"idTag": "a\x00b"},
        {"idTag": {"a": 1}},
        {"connectorId": 0},
        {"connectorId": "1"},
        {"connectorId": 2**70},
        {"connectorId": None},
        {"reservationId": 2**70},
        {"extra": 1},
    ],
)
def test_a_start_always_gets_a_transaction_id(station, changes):
    (answer,) = talk(station, start(**changes))
    assert answer[0] == 3
    assert 0 < answer[2]["transactionId"] < 2**31
    assert "quarantine" not in JournalRow.objects.get(seq=1).remark
    assert Session.objects.count() == 1


def test_a_repeated_start_with_a_new_message_id_is_the_same_transaction(station):
    first, second = talk(station, start(), start())
    (third,) = talk(station, start())
    assert first[2]["transactionId"] == second[2]["transactionId"] == third[2]["transactionId"]
    assert Session.objects.count() == 1


def test_message_ids_that_start_again_swallow_nothing(station):
    async def scenario():
        for wh in (100, 200, 300):
            await station.connect()
            station.count = 0
            await station.result(*start(meterStart=wh, timestamp=f"2026-11-25T10:00:{wh // 10}Z"))
            await station.disconnect()

    async_to_sync(scenario)()
    assert Session.objects.count() == 3


def test_both_directions_may_speak_at_once_and_unknown_answers_are_dropped(station):
    async def scenario():
        await station.connect()
        await station.send('[3,"nobody",{}]')
        await station.send('[4,"nobody","GenericError","",{}]')
        await station.send("no frame at all")
        assert await station.silence()
        assert (await station.call("Heartbeat", {}))[0] == 3
        await station.disconnect()

    async_to_sync(scenario)()
    remarks = list(JournalRow.objects.order_by("seq").values_list("remark", flat=True))
    assert remarks == ["answer to nothing", "answer to nothing", "no OCPP frame", "", ""]


def test_what_breaks_a_handler_is_kept_answered_and_told(station, monkeypatch):
    def broken(**_):
        raise RuntimeError("the text holds a card 04AABBCC")

    monkeypatch.setattr(stop_transaction, "stop", broken)
    stop = {"transactionId": 7, "meterStop": 5, "timestamp": "2026-11-25T11:00:00Z"}
    (answer,) = talk(station, ("StopTransaction", stop))
    assert answer[2] == {}
    event = SecurityEvent.objects.get()
    assert (event.kind, event.detail["action"]) == ("quarantine", "StopTransaction")
    assert "04AABBCC" not in json.dumps(event.detail)
    assert JournalRow.objects.get(seq=1).remark == "quarantine: RuntimeError"
