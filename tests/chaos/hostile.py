"""Frames no honest station sends, by the thousand and from a seed (trust rows 13 to 15)."""

import json
import random
from collections.abc import Iterator
from typing import Any

from tests.services import ROOT

MARK = "laadboekxss"
TEXTS = (
    f"<script>window.{MARK}=1</script>",
    f'"><img src=x onerror=window.{MARK}=1>',
    "{{7*7}}{% debug %}${7*7}",
    "' OR '1'='1'; DROP TABLE x; --",
    "=1+1",
    "line\r\nWARNING forged",
    "\x00\x1b[31m\u202e",
    "A" * 3000,
    "\U0001f600\u0301" * 12,
    "",
)
TIMES = (
    "0001-01-01T00:00:00Z",
    "9999-12-31T23:59:59-14:00",
    "0000-00-00T00:00:00Z",
    "2026-02-30T00:00:00Z",
    "2026-11-25T23:59:60Z",
    "222222017-01-01T00:00:00Z",
    "2026-11-25T10:00:00+99:99",
    "now",
)
NUMBERS: tuple[Any, ...] = (
    -1,
    0,
    2**31,
    2**63,
    2**64,
    10**400,
    1e308,
    5e-324,
    1.5,
    True,
    None,
    "12",
    [],
    {},
)
ODD = (*TEXTS, *TIMES, *NUMBERS)
RUBBISH = (
    "",
    " ",
    "null",
    "[]",
    "{}",
    "[" * 5000,
    "[2",
    '[2,"a","Heartbeat",{}]x',
    "[2,'a','Heartbeat',{}]",
    '[2,"a","Heartbeat",{},]',
    '[3,"nobody",{}]',
    '[4,"nobody","GenericError","",{}]',
    '[5,"x","GenericError","",{}]',
    '[6,"x","NotifyPeriodicEventStream",{}]',
    '[2,"",  "Heartbeat",{}]',
    '[2,17,"Heartbeat",{}]',
    '[2,"a",["Heartbeat"],{}]',
    '[{"a":1},"b",{"c":[]}]',
    '[[2],"a","Heartbeat",{}]',
    '[null,true,1e5,"\\ud800"]',
    '{"2":"a"}',
    '"Heartbeat"',
    "\ufeff[]",
    "<soap:Envelope/>",
)
AT = "2026-11-25T10:00:00Z"
SAMPLE = {"value": "1", "unit": "Wh", "measurand": "Energy.Active.Import.Register"}
METER = {"timestamp": AT, "sampledValue": [SAMPLE]}
CALLS: tuple[tuple[str, dict[str, Any]], ...] = (
    ("BootNotification", {"chargePointVendor": "V", "chargePointModel": "M"}),
    ("Heartbeat", {}),
    ("StatusNotification", {"connectorId": 1, "errorCode": "NoError", "status": "Charging"}),
    ("Authorize", {"idTag": "CARD"}),
    ("StartTransaction", {"connectorId": 1, "idTag": "CARD", "meterStart": 1, "timestamp": AT}),
    ("MeterValues", {"connectorId": 1, "transactionId": 1, "meterValue": [METER]}),
    ("StopTransaction", {"transactionId": 1, "meterStop": 5, "timestamp": AT}),
    ("DataTransfer", {"vendorId": "V", "data": "x"}),
    ("Nonsense", {"x": 1}),
)


def recorded() -> list[str]:
    """Return the frames that real boxes sent and that are kept with the tests."""
    lines = (ROOT / "tests/frames/vendors_1_6.jsonl").read_text(encoding="utf-8").splitlines()
    rows = [json.loads(line) for line in lines]
    return [row["frame"] for row in rows if row["kind"] == "ws_text"]


def frames(count: int, *, seed: int) -> Iterator[str]:
    """Yield hostile frames: odd values in every field, odd shapes, and mutated texts."""
    rng, real = random.Random(seed), recorded()  # noqa: S311
    for number in range(count):
        kind = rng.random()
        if kind < 0.05:
            yield rng.choice(RUBBISH)
        elif kind < 0.5:
            yield _poisoned(rng, f"f{number}")
        elif kind < 0.6:
            yield _deep(rng, f"f{number}")
        else:
            text = rng.choice(real) if rng.random() < 0.5 else _plain(rng, f"f{number}")
            yield _mutated(rng, text)


def owed(text: str) -> str | None:
    """Return the id of the answer that a frame is owed; None: it is no well-formed CALL.

    Read by the standard library, not by the reader under test.
    """
    try:
        frame = json.loads(text, parse_constant=_refuse, parse_int=_short)
        text.encode()
    except (ValueError, RecursionError):
        return None
    if not (isinstance(frame, list) and len(frame) == 4 and type(frame[0]) is int):
        return None
    kind, found, action, payload = frame
    is_call = kind == 2 and isinstance(found, str) and 1 <= len(found) <= 36
    is_call = is_call and found.isprintable() and _is_text(found)
    return found if is_call and isinstance(action, str) and isinstance(payload, dict) else None


def _is_text(text: str) -> bool:
    try:
        return bool(text.encode())
    except UnicodeError:
        return False


def _refuse(name: str) -> None:
    raise ValueError(name)


def _short(digits: str) -> int:
    return int(digits) if len(digits) < 20 else 0


def _plain(rng: random.Random, message_id: str) -> str:
    action, payload = rng.choice(CALLS)
    return json.dumps([2, message_id, action, payload])


def _poisoned(rng: random.Random, message_id: str) -> str:
    """Write a call with one of its values, at any depth, replaced or one added."""
    action, payload = rng.choice(CALLS)
    copy: Any = json.loads(json.dumps(payload))
    place = copy
    while rng.random() < 0.6 and (
        inner := [v for v in _values(place) if isinstance(v, dict | list) and v]
    ):
        place = rng.choice(inner)
    if isinstance(place, dict):
        place[rng.choice([*place, rng.choice(TEXTS)])] = rng.choice(ODD)
    else:
        place[rng.randrange(len(place))] = rng.choice(ODD)
    return json.dumps([2, message_id, action, copy], ensure_ascii=rng.random() < 0.5)


def _values(place: Any) -> list[Any]:
    return list(place.values()) if isinstance(place, dict) else list(place)


def _deep(rng: random.Random, message_id: str) -> str:
    depth = rng.choice((20, 31, 33, 100, 5000))
    inner = rng.choice(('{"a":' * depth + "1" + "}" * depth, "[" * depth + "]" * depth))
    return f'[2,"{message_id}","DataTransfer",{{"vendorId":"V","data":{inner}}}]'


def _mutated(rng: random.Random, text: str) -> str:
    """Cut, double, swap or replace some characters."""
    for _ in range(rng.randint(1, 4)):
        at, to = sorted(rng.randrange(len(text) + 1) for _ in range(2))
        piece = rng.choice(
            ("", text[at:to] * 2, rng.choice('[]{},:"\\0123456789e.-\x00\u00e9'), rng.choice(TEXTS))
        )
        text = text[:at] + piece + text[at + rng.randint(0, 2) :]
    return text[:200_000]
