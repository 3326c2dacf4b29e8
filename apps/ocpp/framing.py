"""OCPP-J frames: bytes to a call, an answer or rubbish, and back (pure).

Nothing that a station sends may raise here or cost more than its size: size is the server's
limit, depth is looked at before anything is decoded.
"""

import json
import re
from decimal import Decimal
from typing import Any, NamedTuple, TypeGuard

import msgspec

MOST_BYTES = 262_144
DEEPEST = 32
LONGEST_ID = 36
_FEW_BRACKETS = 60  # below this many a frame cannot be too deep by much: no exact look
_LONGEST_NUMBER = 400

_decode = msgspec.json.Decoder(float_hook=Decimal).decode
encode = msgspec.json.Encoder().encode
_STRING = re.compile(rb'"(?:[^"\\]|\\.)*"', re.DOTALL)
_STRAY_COMMA = re.compile(rb'("(?:[^"\\]|\\.)*")|([\[{,])(?:\s*,)+|,\s*(?=[\]}])', re.DOTALL)
_BRACKET = re.compile(rb"[\[\]{}]")
_CALL_HEAD = re.compile(rb'\s*\[\s*2\s*,\s*"([^"\\]{1,200})"\s*,')


class Call(NamedTuple):
    """A request of the station: well-formed, but its payload is not checked yet."""

    id: str
    action: str
    payload: Any
    remark: str = ""  # what had to be mended before it could be read


class Answer(NamedTuple):
    """The answer to a request of ours; `code` is empty for a CALLRESULT."""

    id: str
    payload: Any
    code: str = ""
    description: str = ""


class Rubbish(NamedTuple):
    """What is no frame. With an id and a code it is still owed a CALLERROR."""

    remark: str
    id: str = ""
    code: str = ""


Frame = Call | Answer | Rubbish


def parse(raw: bytes) -> Frame:
    """Read one frame; never raises."""
    if _is_too_deep(raw):
        head = _CALL_HEAD.match(raw)
        found = head[1].decode("utf-8", "replace") if head else ""
        return Rubbish("too deep", found if is_id(found) else "", "FormationViolation")
    try:
        frame, remark = _decode(raw), ""
    except (ValueError, RecursionError):
        frame, remark = _decode_slowly(raw)
    if type(frame) is not list or not frame or type(frame[0]) is not int:
        return Rubbish("no OCPP frame")
    found = _of_kind(frame)
    if remark and isinstance(found, Call):
        return Call(found.id, found.action, found.payload, remark)
    return found


def is_id(value: Any) -> TypeGuard[str]:
    """Whether this may be a message id: 1 to 36 printable characters."""
    return type(value) is str and 0 < len(value) <= LONGEST_ID and value.isprintable()


def _is_too_deep(raw: bytes) -> bool:
    if raw.count(b"[") + raw.count(b"{") < _FEW_BRACKETS:
        return False
    depth = 0
    for bracket in _BRACKET.finditer(_STRING.sub(b"", raw)):
        depth += 1 if bracket[0] in b"[{" else -1
        if depth > DEEPEST:
            return True
    return False


def _decode_slowly(raw: bytes) -> tuple[Any, str]:
    """Decode what the fast decoder refuses; None: it cannot be read at all.

    Lone surrogates and very long numbers are JSON; stray commas between values are not, but
    stations send them around readings.
    """
    for text, remark in ((raw, ""), (_STRAY_COMMA.sub(_without_comma, raw), "stray comma")):
        try:
            return json.loads(
                text.decode("utf-8"),
                parse_constant=_refuse,
                parse_int=lambda digits: int(digits) if len(digits) < _LONGEST_NUMBER else 0,
                parse_float=Decimal,
            ), remark
        except (ValueError, RecursionError, ArithmeticError):
            continue
    return None, ""


def _without_comma(found: re.Match[bytes]) -> bytes:
    return found[1] or found[2] or b""


def _refuse(name: str) -> None:
    raise ValueError(name)


def _of_kind(frame: list[Any]) -> Frame:
    kind = frame[0]
    if kind == 2:
        return _call(frame)
    if kind == 3 and len(frame) >= 3 and type(frame[1]) is str:
        return Answer(frame[1][:200], frame[2])
    if kind == 4 and len(frame) >= 3 and type(frame[1]) is str:
        code = frame[2] if type(frame[2]) is str else "GenericError"
        text = frame[3] if len(frame) > 3 and type(frame[3]) is str else ""
        details = frame[4] if len(frame) > 4 else {}
        return Answer(frame[1][:200], details, code[:50] or "GenericError", text[:255])
    return Rubbish("message type")  # 1.6 and 2.1: ignore


def _call(frame: list[Any]) -> Frame:
    message_id = frame[1] if len(frame) > 1 else None
    if not is_id(message_id):
        return Rubbish("message id")
    if len(frame) != 4:
        return Rubbish("number of elements", message_id, "ProtocolError")
    if type(frame[2]) is not str:
        return Rubbish("action is no text", message_id, "FormationViolation")
    return Call(message_id, frame[2], frame[3])


def call(message_id: str, action: str, payload: dict[str, Any]) -> bytes:
    """Write a CALL."""
    return encode([2, message_id, action, payload])


def call_result(message_id: str, payload: dict[str, Any]) -> bytes:
    """Write a CALLRESULT."""
    return encode([3, message_id, payload])


def call_error(message_id: str, code: str, description: str = "") -> bytes:
    """Write a CALLERROR; what the station sent is never echoed."""
    return encode([4, message_id, code, description[:255], {}])
