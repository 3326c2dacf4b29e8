"""Slows down who guesses passwords: five attempts a minute per account and address."""

import hashlib
import time
from collections import OrderedDict

from django.core.cache import cache
from redis.exceptions import RedisError

ATTEMPTS = 5
WINDOW_SECONDS = 60
_MOST_KEYS = 10_000
_here: OrderedDict[str, tuple[float, int]] = OrderedDict()  # while Redis is away


def _count_here(key: str) -> int:
    now = time.monotonic()
    until, attempts = _here.pop(key, (0.0, 0))
    if until < now:
        until, attempts = now + WINDOW_SECONDS, 0
    _here[key] = (until, attempts + 1)
    while len(_here) > _MOST_KEYS:
        _here.popitem(last=False)
    return attempts + 1


def is_too_fast(account: str, address: str) -> bool:
    """Count an attempt; whether it is one too many within the minute."""
    both = f"{account.strip().lower()}|{address}".encode()
    key = "login:" + hashlib.sha256(both).hexdigest()
    try:
        cache.add(key, 0, WINDOW_SECONDS)
        attempts = cache.incr(key)
    except (RedisError, ValueError):
        attempts = _count_here(key)
    return attempts > ATTEMPTS


def forgive(account: str, address: str) -> None:
    """Forget the attempts of who has proven to be that person."""
    both = f"{account.strip().lower()}|{address}".encode()
    key = "login:" + hashlib.sha256(both).hexdigest()
    _here.pop(key, None)
    try:
        cache.delete(key)
    except RedisError:
        return
