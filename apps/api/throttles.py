"""How many requests a token may send per minute; without Redis nobody is refused."""

import logging
from typing import Any

from django.conf import settings
from django.core.cache import cache
from redis.exceptions import RedisError
from rest_framework.request import Request
from rest_framework.throttling import BaseThrottle

from apps.api.authentication import token_of
from apps.core import clock

log = logging.getLogger(__name__)
WINDOW_SECONDS = 60


class TokenThrottle(BaseThrottle):
    """A counter per token and minute in the cache, whose keys carry the tenant."""

    def allow_request(self, request: Request, view: Any) -> bool:
        """Count, and tell whether the token is within its limit."""
        if request.auth is None:
            return True
        window = int(clock.now().timestamp()) // WINDOW_SECONDS
        key = f"api-rate:{token_of(request).id}:{window}"
        try:
            cache.add(key, 0, timeout=2 * WINDOW_SECONDS)
            return bool(cache.incr(key) <= settings.API_REQUESTS_PER_MINUTE)
        except (RedisError, OSError, ValueError):  # ValueError: the key was evicted in between
            log.warning("the API rate cannot be counted: the cache does not answer")
            return True

    def wait(self) -> float:
        """Return the seconds until the next window."""
        return float(WINDOW_SECONDS - int(clock.now().timestamp()) % WINDOW_SECONDS)
