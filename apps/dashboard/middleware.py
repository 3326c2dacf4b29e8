"""What every page carries: a policy, a session that belongs to this host, a language."""

from collections.abc import Callable

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse
from django.utils import translation

TENANT_KEY = "tenant"  # in the session: the schema it was opened at
_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "font-src 'self'; connect-src 'self' {socket}; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'; manifest-src 'self'"
)
Answer = Callable[[HttpRequest], HttpResponse]


class SecurityPolicyMiddleware:
    """Let a page load and call nothing but its own host; a view may set a policy of its own."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer with the headers."""
        response = self.get_response(request)
        # 'self' does not cover ws: in every browser, so the socket's origin is named.
        scheme = "wss" if request.is_secure() else "ws"
        host = request.META.get("HTTP_HOST", settings.BASE_DOMAIN)
        safe = "".join(c for c in host if c.isalnum() or c in ".:-[]")
        response.headers.setdefault(
            "Content-Security-Policy", _POLICY.format(socket=f"{scheme}://{safe}")
        )
        response.headers.setdefault(
            "Permissions-Policy", "camera=(), microphone=(), geolocation=()"
        )
        if getattr(request, "user_is_known", False):
            response.headers.setdefault("Cache-Control", "no-store")
        return response


class TenantSessionMiddleware:
    """Take a session of another tenant's host for what it is here: nobody's."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer as the person, or as nobody."""
        request.user_is_known = False  # type: ignore[attr-defined]
        if request.session.get(TENANT_KEY) != getattr(request, "schema", None):
            request.user = AnonymousUser()
        elif request.user.is_authenticated:
            request.user_is_known = True  # type: ignore[attr-defined]
            return self._in_language(request)
        return self.get_response(request)

    def _in_language(self, request: HttpRequest) -> HttpResponse:
        wanted = getattr(request.user, "language", "")
        if wanted not in dict(settings.LANGUAGES):
            return self.get_response(request)
        with translation.override(wanted):
            response = self.get_response(request)
        response.headers["Content-Language"] = wanted
        return response
