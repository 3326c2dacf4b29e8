"""What a storm of reconnecting stations costs at the door (trust row 23)."""

import secrets
import time
from collections.abc import Callable

import pytest
from django.contrib.auth.hashers import PBKDF2PasswordHasher

from apps.tenants import identities

pytestmark = pytest.mark.bench


def seconds(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def test_a_thousand_keys_cost_less_than_one_password():
    pepper, salt, key = "p" * 50, secrets.token_bytes(16), secrets.token_hex(20).encode()
    wanted = identities.hash_key(pepper=pepper, salt=salt, key=key)

    def check() -> bool:
        return identities.key_matches(pepper=pepper, salt=salt, wanted=wanted, password=key)

    assert check()
    keys = seconds(lambda: [check() for _ in range(1000)])
    password = seconds(lambda: PBKDF2PasswordHasher().encode("correct horse", "salt"))
    print(f"1,000 keys {keys * 1000:.1f} ms, one password {password * 1000:.1f} ms")
    assert keys < password
