"""Whatever a station sent, its page can show it."""

import json

import pytest
from hypothesis import given, settings, strategies as st

from apps.cdrs.reading import _words
from apps.dashboard.installers.messages import MASK, look_at
from apps.dashboard.templatetags.settlement import pretty as laid_out
from tests.chaos.hostile import frames

LEAVES = st.none() | st.booleans() | st.integers() | st.floats() | st.text()
JSON = st.recursive(LEAVES, lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner))


def shown(body: bytes, action: str = "MeterValues"):
    kind, short, pretty = look_at(body, {}, action)
    for text in (kind, short, pretty, laid_out(body.decode("utf-8", "replace"))):
        text.encode()
        assert "\x00" not in text or text == body.decode("utf-8", "replace")
    return kind, short, pretty


@given(JSON)
def test_any_json_is_shown(value):
    shown(json.dumps(value).encode())


@given(st.binary(max_size=200))
def test_any_bytes_are_shown(raw):
    shown(raw)


@settings(deadline=None)
@given(st.integers(min_value=1, max_value=10**6))
def test_hostile_frames_are_shown(seed):
    for text in frames(20, seed=seed):
        shown(text.encode("utf-8", "surrogatepass"))
        for word in _words(text):
            word.encode()


@pytest.mark.parametrize(
    ("frame", "kind", "short"),
    [
        ('[2,"1","Heartbeat",{}]', "call", ""),
        ('[3,"1",{"status":"Accepted"}]', "result", "status=Accepted"),
        ('[4,"1","GenericError","no",{}]', "error", "GenericError, no"),
        ('[4,"1","NotImplemented","",{}]', "error", "NotImplemented"),
        (
            '[3,"1",{"transactionId":7,"idTagInfo":{"expiryDate":"2027-01-01","status":"Blocked"}}]',
            "result",
            "status=Blocked transactionId=7 expiryDate=2027-01-01",
        ),
        ('[{"a":1},"b",["c"]]', "", "c"),
        ('[[2],"b","c"]', "", "c"),
        ('[true,"b","c"]', "", "c"),
        ('[2,"1","A",{"x":"\\ud800"}]', "call", "x=?"),
        (
            '[2,"1","MeterValues",{"connectorId":{},"meterValue":[{"sampledValue":[1,{}]}]}]',
            "call",
            "connector {}: None Wh",
        ),
        ("rubbish", "", "rubbish"),
        ('"~' + "a" * 64 + '"', "", MASK),
    ],
)
def test_a_frame_is_shown_in_one_line(frame, kind, short):
    found_kind, found_short, _ = shown(frame.encode())
    assert (found_kind, found_short) == (kind, short)


def test_the_status_of_a_connector_stands_first():
    says = {"connectorId": 1, "errorCode": "NoError", "status": "Charging"}
    frame = json.dumps([2, "1", "StatusNotification", says]).encode()
    _, short, _ = shown(frame, "StatusNotification")
    assert short == "status=Charging connectorId=1 errorCode=NoError"


@pytest.mark.parametrize("depth", [100, 480, 500, 900, 5000])
def test_a_frame_of_any_depth_is_shown(depth):
    shown(b"[" * depth + b"]" * depth)
