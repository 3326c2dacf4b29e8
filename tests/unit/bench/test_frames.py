"""What a station of the bench says."""

import datetime as dt
import itertools
import json
from collections import Counter

from apps.bench.frames import CYCLE, story
from apps.ocpp.schemas import Schemas
from apps.simulator.wire import Wire

BEGIN = dt.datetime(2026, 11, 2, 10, tzinfo=dt.UTC)


def said(count, place=1):
    wire = Wire(lambda: "1")
    for message in itertools.islice(story("B1", BEGIN, place=place), count):
        _, _, action, payload = json.loads(wire.encode(message)[1])
        yield action, payload


def test_nine_messages_in_ten_are_readings_and_each_charge_has_one_start_and_one_stop():
    counts = Counter(action for action, _ in list(said(1 + 10 * CYCLE))[1:])
    assert counts["MeterValues"] == 900
    assert counts["StartTransaction"] == counts["StopTransaction"] == 10
    assert counts["StatusNotification"] + counts["Heartbeat"] == 80


def test_it_begins_with_a_start_and_goes_on_from_its_place():
    actions = [action for action, _ in said(4, place=CYCLE - 2)]
    assert actions == ["StartTransaction", "MeterValues", "StopTransaction", "StartTransaction"]


def test_every_message_fits_its_schema_and_no_moment_comes_twice():
    schemas = Schemas("v16")
    moments = []
    for action, payload in said(2 * CYCLE):
        assert schemas.remark(action, payload) == ""
        if action == "MeterValues":
            [value] = payload["meterValue"]
            assert len(value["sampledValue"]) == 5
            moments.append(value["timestamp"])
    assert len(set(moments)) == len(moments)
