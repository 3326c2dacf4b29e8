"""Who looks at a live page: the same session and the same rights as the page itself."""

from collections.abc import Iterable
from dataclasses import dataclass
from http.cookies import CookieError, SimpleCookie
from importlib import import_module
from typing import Any

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY, load_backend
from django.utils.crypto import constant_time_compare

from apps.accounts.access import Access
from apps.accounts.queries import get_access
from apps.core import binding, clock
from apps.dashboard.middleware import TENANT_KEY


@dataclass(frozen=True, slots=True)
class Viewer:
    """A person behind a socket, with rights in the tenant of its host."""

    user_id: int
    access: Access


def session_key(headers: Iterable[tuple[bytes, bytes]]) -> str:
    """Return the session key of a handshake, or an empty text."""
    for name, value in headers:
        if name == b"cookie":
            try:
                found = SimpleCookie(value.decode("latin1")).get(settings.SESSION_COOKIE_NAME)
            except CookieError:
                return ""
            return found.value if found else ""
    return ""


def _user_of(session: Any) -> Any:
    """Return the person of a session, or None: the same checks as for a page."""
    try:
        backend = load_backend(session[BACKEND_SESSION_KEY])
        user = backend.get_user(int(session[SESSION_KEY]))
    except (KeyError, ValueError, ImportError):
        return None
    if user is None:
        return None
    known, now = session.get(HASH_SESSION_KEY), user.get_session_auth_hash()
    return user if known and constant_time_compare(known, now) else None


def find_viewer(*, key: str) -> Viewer | None:
    """Return who may look here with this session, or None."""
    if not key:
        return None
    session = import_module(settings.SESSION_ENGINE).SessionStore(key)
    if session.get(TENANT_KEY) != binding.require():
        return None
    user = _user_of(session)
    if user is None:
        return None
    access = get_access(user_id=user.pk, now=clock.now())
    return None if access.is_empty else Viewer(user.pk, access)
