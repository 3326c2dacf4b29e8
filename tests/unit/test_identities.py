"""Station identities and keys: one canonical form (trust.md row 59), three forms of a key."""

import pytest
from hypothesis import given, strategies as st

from apps.tenants import identities

PEPPER, SALT = "p" * 32, b"s" * 16


@pytest.mark.parametrize("raw", ["HOME1", "RDAM 123", " padded ", "a" * 48, "x@y.z|*=+-_", "~"])
def test_a_legal_identity_is_kept_as_spelled(raw):
    assert identities.canonical_identity(raw) == raw.strip()


@pytest.mark.parametrize(
    "raw", ["", " ", "a" * 49, "a:b", "a/b", "a%b", "a\\b", "a\nb", "a\r", "é", "a\x00", "\t"]
)
def test_an_illegal_identity_is_none(raw):
    assert identities.canonical_identity(raw) is None


def test_identities_are_compared_casefolded():
    assert identities.identity_key("Home1") == identities.identity_key("hOME1")


def matches(password, key):
    wanted = identities.hash_key(pepper=PEPPER, salt=SALT, key=key.encode())
    return identities.key_matches(pepper=PEPPER, salt=SALT, wanted=wanted, password=password)


def test_a_key_is_accepted_raw_as_hex_and_in_upper_case():
    key = identities.new_key()
    assert len(bytes.fromhex(key)) == 20
    for password in (bytes.fromhex(key), key.encode(), key.upper().encode()):
        assert matches(password, key)


@given(st.binary(max_size=40))
def test_another_password_never_matches(password):
    assert not matches(password, "00" * 20) or password in {bytes(20), b"00" * 20}


def test_a_key_with_a_colon_byte_is_fine():
    assert matches(bytes([58, 255] * 10), bytes([58, 255] * 10).hex())
