"""Host name to tenant for HTTP."""

from collections.abc import Callable

from django.conf import settings
from django.db import OperationalError
from django.http import HttpRequest, HttpResponse, HttpResponseNotFound

from apps.core import binding
from apps.tenants.queries import find_schema, host_name

_PUBLIC_HOSTS = frozenset({"localhost", "127.0.0.1"})


class TenantMiddleware:
    """Bind the tenant of the host for the whole request.

    The bare domain shows the public pages; a host nobody owns is a 404. While the database is
    down the answer is 503 with a hint to try again, at once (the pool's timeout is 1.5 s).
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer inside the tenant of the host."""
        host = host_name(request.META.get("HTTP_HOST", ""))
        if host == settings.BASE_DOMAIN or host in _PUBLIC_HOSTS:
            request.urlconf = settings.PUBLIC_SCHEMA_URLCONF
            return self._inside(binding.PUBLIC, request)
        try:
            with binding.bound(binding.PUBLIC):
                schema = find_schema(host=host)
        except OperationalError:
            return HttpResponse(
                "De database is even niet bereikbaar; probeer het zo weer. / "
                "The database cannot be reached; try again shortly.",
                status=503,
                content_type="text/plain; charset=utf-8",
                headers={"Retry-After": "5"},
            )
        if schema is None:
            return HttpResponseNotFound("Not found", content_type="text/plain")
        return self._inside(schema, request)

    def _inside(self, schema: str, request: HttpRequest) -> HttpResponse:
        request.schema = schema  # type: ignore[attr-defined]
        with binding.bound(schema):
            return self.get_response(request)
