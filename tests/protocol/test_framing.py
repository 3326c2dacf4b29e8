"""Frames in, frames out; nothing that a station sends may raise."""

import json
from decimal import Decimal

import pytest
from hypothesis import given, strategies as st

from apps.ocpp import framing
from apps.ocpp.framing import Answer, Call, Rubbish, parse

pytestmark = pytest.mark.protocol


def test_a_call_is_read():
    assert parse(b' [2, "a", "Heartbeat", {"x": 1.5}] ') == Call(
        "a", "Heartbeat", {"x": Decimal("1.5")}
    )


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"[",
        b"{}",
        b"null",
        b"42",
        b"[]",
        b'"x"',
        b"[[2]]",
        b"\xff\xfe",
        b'[2,"a","Heartbeat",{"x":NaN}]',
        b'[2,"a","Heartbeat",{}]\x00',
        b'\xef\xbb\xbf[2,"a","Heartbeat",{}]',
        b'["2","a","Heartbeat",{}]',
        b'[true,"a","Heartbeat",{}]',
        b'[2.0,"a","Heartbeat",{}]',
        b'[2,1,"Heartbeat",{}]',
        b'[2,"","Heartbeat",{}]',
        b'[2,"' + b"i" * 37 + b'","Heartbeat",{}]',
        b'[2,"\\ud800","Heartbeat",{}]',
        b'[2,"a\\u0000","Heartbeat",{}]',
        b'[7,"a","Heartbeat",{}]',
        b'[5,"a","GenericError","",{}]',
        b'[6,"a","NotifyPeriodicEventStream",{}]',
        b"[3,1,{}]",
        b"[" * 100_000,
    ],
)
def test_rubbish_owes_nothing(raw):
    frame = parse(raw)
    assert isinstance(frame, Rubbish) and not frame.id


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        (b'[2,"a","Heartbeat"]', "ProtocolError"),
        (b'[2,"a"]', "ProtocolError"),
        (b'[2,"a","Heartbeat",{},1]', "ProtocolError"),
        (b'[2,"a",["Heartbeat"],{}]', "FormationViolation"),
        (b'[2,"a",{"a":1},{}]', "FormationViolation"),
        (b'[2,"a","DataTransfer",' + b"[" * 5000 + b"]" * 5000 + b"]", "FormationViolation"),
        (b'[2,"a","X",{"d":' + b'{"a":' * 99 + b"1" + b"}" * 99 + b"}]", "FormationViolation"),
    ],
)
def test_what_has_an_id_is_owed_an_error(raw, code):
    assert parse(raw)[1:] == ("a", code)


@pytest.mark.parametrize(
    "payload",
    [
        "9" * 5000,
        "1e999",
        "0." + "9" * 5000,
        '"\\ud800"',
        '{"a":1,"a":2}',
        '{"":1}',
        '"\\u0000"',
        "99999999999999999999",
        '"[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[["',
    ],
)
def test_odd_values_are_still_a_call(payload):
    frame = parse(f'[2,"a","Heartbeat",{{"x":{payload}}}]'.encode())
    assert isinstance(frame, Call) and frame.id == "a"


def test_brackets_in_texts_are_not_depth():
    text = json.dumps("[" * 400 + '\\"{')
    assert isinstance(parse(f'[2,"a","Heartbeat",{{"x":{text}}}]'.encode()), Call)


def test_answers_are_read():
    assert parse(b'[3,"a",{"status":"Accepted"}]') == Answer("a", {"status": "Accepted"})
    assert parse(b'[4,"a","NotSupported","no",{}]') == Answer("a", {}, "NotSupported", "no")
    assert parse(b'[4,"a",[],7,{}]') == Answer("a", {}, "GenericError", "")


def test_what_goes_out_is_exact():
    assert framing.call_result("a", {}) == b'[3,"a",{}]'
    assert framing.call_error("a", "NotSupported", "x" * 400) == (
        b'[4,"a","NotSupported","' + b"x" * 255 + b'",{}]'
    )
    assert framing.call("a", "Reset", {"type": "Soft"}) == b'[2,"a","Reset",{"type":"Soft"}]'


@given(st.binary(max_size=400))
def test_no_bytes_raise(raw):
    assert parse(raw) is not None


values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=10),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=15,
)


@given(values)
def test_no_json_raises(value):
    assert parse(json.dumps(value).encode()) is not None
    assert parse(json.dumps([2, "a", value, value]).encode()) is not None
