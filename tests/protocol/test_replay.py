"""History is fed through the same framing, handlers and journal, at its own moments."""

import datetime as dt
import json

import pytest

from apps.core.refused import NotFound
from apps.metering.models import Reading
from apps.ocpp.replay import ReplayedConnection
from apps.sessions.models import Session
from apps.stations.models import Connector, JournalRow, Station
from tests.protocol.test_journal import verify

pytestmark = pytest.mark.protocol
BEGIN = dt.datetime(2026, 9, 1, 8, tzinfo=dt.UTC)


def said(at):
    return at.strftime("%Y-%m-%dT%H:%M:%SZ")


def test_a_replayed_session_is_like_a_lived_one(station):
    talk, at = ReplayedConnection(), BEGIN

    def call(action, payload):
        answer = talk.receive(json.dumps([2, "m", action, payload]).encode(), at)
        return json.loads(answer or b"null")

    talk.open("P1", at)
    call("BootNotification", {"chargePointVendor": "A", "chargePointModel": "B"})
    assert call("Heartbeat", {})[2]["currentTime"] == "2026-09-01T08:00:00.000Z"
    call("StatusNotification", {"connectorId": 1, "status": "Charging", "timestamp": said(at)})
    start = {"connectorId": 1, "idTag": "04QWZX", "meterStart": 1000, "timestamp": said(at)}
    number = call("StartTransaction", start)[2]["transactionId"]
    for n in range(1, 5):
        at = BEGIN + dt.timedelta(minutes=15 * n)
        value = {"timestamp": said(at), "sampledValue": [{"value": str(1000 + n)}]}
        values = {"connectorId": 1, "transactionId": number, "meterValue": [value]}
        assert call("MeterValues", values) == [3, "m", {}]
    assert talk.receive(b"no frame", at) is None
    assert talk.receive(b'[3,"x",{}]', at) is None
    stop = {"transactionId": number, "meterStop": 1004, "timestamp": said(at)}
    call("StopTransaction", stop)
    talk.close(at)

    session = Session.objects.get()
    assert (session.start_received_at, session.stop_received_at) == (BEGIN, at)
    assert Reading.objects.count() == 4
    assert set(Reading.objects.values_list("transaction_id", flat=True)) == {str(number)}
    assert Connector.objects.get().register_wh == 1004
    row = Station.objects.get()
    assert (row.is_online, row.disconnected_at, row.booted_at) == (False, at, BEGIN)
    assert [frame.action for frame, _ in verify("alfa", "P1") if frame.direction == "in"] == [
        "BootNotification",
        "Heartbeat",
        "StatusNotification",
        "StartTransaction",
        *["MeterValues"] * 4,
        "",
        "",
        "StopTransaction",
    ]
    assert JournalRow.objects.filter(at__gt=at + dt.timedelta(seconds=5)).count() == 0


def test_an_unknown_identity_cannot_be_replayed(alfa):
    with pytest.raises(NotFound):
        ReplayedConnection().open("NOBODY", BEGIN)
    with pytest.raises(RuntimeError):
        ReplayedConnection().receive(b"[]", BEGIN)
