"""The chain and the commitments, format 1."""

import datetime as dt
import hashlib
import json
import struct

from hypothesis import given, strategies as st

from apps.core import chain, commitments
from apps.core.clock import microseconds

UID = "00000000-0000-4000-8000-000000000001"
SALT = b"s" * 16


def test_the_worked_example_of_the_format():
    head = chain.head(bytes(32), schema="alfa", identity="HOME1", connection=UID)
    leaf = chain.Chain(UID).leaf(
        seq=1,
        direction="in",
        at_us=microseconds(dt.datetime(2026, 10, 1, 8, tzinfo=dt.UTC)),
        payload=b'[2,"1","Heartbeat",{}]',
    )
    assert head.hex() == "123f2223b5081d7b9ea64fbc59a96e23e69b9ee363b7ee88f09aa5a5c7717b28"
    assert leaf.hex() == "f09d81ca1e498f4650641f0d6f37668a5043a0e70a0cf550caa97190521bfba5"
    row = chain.Chain.link(head, leaf)
    assert row.hex() == "054eba5e69345a0fff8c7af45231a87627c13a20f759b9240c2287527024424f"


@given(
    seq=st.integers(1, 2**63),
    way=st.sampled_from(["in", "out"]),
    at=st.integers(-(2**62), 2**62),
    body=st.binary(),
)
def test_the_prefix_changes_no_byte(seq, way, at, body):
    plain = chain.tagged(
        b"laadboek/leaf/1\0",
        UID.encode(),
        struct.pack(">Q", seq),
        way.encode(),
        struct.pack(">q", at),
        hashlib.sha256(body).digest(),
    )
    assert plain == chain.Chain(UID).leaf(seq=seq, direction=way, at_us=at, payload=body)


def seal(raw: bytes):
    return commitments.seal(raw, lambda size: SALT[:size])


def test_a_card_is_replaced_and_comes_back():
    raw = b'[2,"1","Authorize",{"idTag":"04AAAA1111QWZX"}]'
    payload, secrets = seal(raw)
    assert b"QWZX" not in payload
    assert json.loads(payload)[3]["idTag"].startswith("~")
    assert commitments.reveal(payload, [(s.salt, s.value) for s in secrets]) == raw


def test_an_escaped_key_is_still_personal():
    payload, _ = seal(rb'[2,"1","Authorize",{"\u0069dTag":"QWZX"}]')
    assert b"QWZX" not in payload


def test_scalars_below_a_personal_key_are_sealed_and_neighbours_stay():
    payload, secrets = seal(b'{"idToken":{"value":"QWZX","n":[1,true]},"vendor":"idTag"}')
    assert b"QWZX" not in payload
    assert [s.value for s in secrets] == [b'"QWZX"', b"1", b"true"]
    assert b'"vendor":"idTag"' in payload


def test_what_is_no_json_is_one_value():
    for raw in (b"\xff\xfe", b"{", b"[" * 100_000, '{"a":1}'.encode("utf-16")):
        payload, secrets = seal(raw)
        assert [s.value for s in secrets] == [raw]
        assert commitments.reveal(payload, [(SALT, raw)]) == raw


documents = st.recursive(
    st.none() | st.booleans() | st.floats(allow_nan=False) | st.text(),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from([*sorted(commitments.PERSONAL), "a", "timestamp"]), inner, max_size=4
        )
    ),
    max_leaves=20,
)


@given(documents, st.booleans())
def test_reveal_undoes_seal_byte_for_byte(document, ascii_only):
    raw = json.dumps(document, ensure_ascii=ascii_only).encode("utf-8", "surrogatepass")
    payload, secrets = seal(raw)
    assert commitments.reveal(payload, [(s.salt, s.value) for s in secrets]) == raw


def test_a_wrong_salt_reveals_nothing():
    payload, _ = seal(b'{"idTag":"QWZX"}')
    assert commitments.reveal(payload, [(b"x" * 16, b'"QWZX"')]) == payload
