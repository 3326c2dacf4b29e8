"""The base of every endpoint: tenant, actor, checked parameters, envelope, idempotency."""

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from typing import Any, ClassVar

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils import translation
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import BaseSerializer, ValidationError
from rest_framework.views import APIView

from apps.api.authentication import token_of
from apps.api.operations import act_once
from apps.api.paging import NoQuery, Page, StrictSerializer, envelope
from apps.audit.actor import Actor, acting
from apps.core import binding, clock
from apps.core.refused import NotFound
from apps.tenants.bridge import run_in_tenant

KEY_HEADER = "HTTP_IDEMPOTENCY_KEY"


def checked(kind: type[StrictSerializer], data: Any) -> dict[str, Any]:
    """Validate input.

    :raises ValidationError: each wrong field is named.
    """
    serializer = kind(data=data)
    serializer.is_valid(raise_exception=True)
    return dict(serializer.validated_data)


class Door(APIView):
    """An endpoint: translate in, call one operation or query, translate out."""

    http_method_names = ["get", "head", "post"]
    scopes: ClassVar[Mapping[str, str]] = {}  # method to scope; a method without one is refused
    query_class: ClassVar[type[StrictSerializer]] = NoQuery
    query: dict[str, Any]
    _around: ExitStack

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Answer in English, with the token as the actor, never from a cache."""
        with ExitStack() as self._around:
            self._around.enter_context(translation.override("en"))
            response = super().dispatch(request, *args, **kwargs)
        response.headers["Cache-Control"] = "no-store"
        return response

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Check token, scope, rate and parameters before the endpoint runs."""
        super().initial(request, *args, **kwargs)
        self._around.enter_context(acting(Actor(channel="api", name=token_of(request).name)))
        if hasattr(self, str(request.method).lower()):
            self.query = checked(self.query_class, request.query_params.dict())

    def page(
        self,
        request: Request,
        *,
        rows: Sequence[Any],
        page: Page,
        serializer: type[BaseSerializer[Any]],
    ) -> Response:
        """Answer with a page of rows."""
        shown, links, meta = envelope(
            path=request.path, query=request.query_params.dict(), rows=rows, page=page
        )
        data = serializer(shown, many=True).data
        return Response({"data": data, "links": links, "meta": meta})

    def one(
        self,
        request: Request,
        *,
        row: Any,
        serializer: type[BaseSerializer[Any]],
        status: int = 200,
        headers: dict[str, str] | None = None,
    ) -> Response:
        """Answer with one thing."""
        body = {"data": serializer(row).data, "links": {"self": request.path}, "meta": {}}
        return Response(body, status=status, headers=headers)

    def once(
        self, request: Request, act: Callable[[], dict[str, Any]]
    ) -> tuple[dict[str, Any], bool]:
        """Act in one transaction, once per Idempotency-Key; returns the result and "a repeat"."""
        key = request.META.get(KEY_HEADER)
        if key is None:
            return run_in_tenant(binding.require(), act), False
        if not 1 <= len(key) <= 200 or not key.isascii() or not key.isprintable():
            raise ValidationError({"Idempotency-Key": "Use 1 to 200 printable ASCII characters."})
        return run_in_tenant(
            binding.require(),
            act_once,
            token_id=token_of(request).id,
            key=key,
            request_hash=_request_hash(request),
            act=act,
            now=clock.now(),
        )


def _request_hash(request: Request) -> bytes:
    body = json.dumps(request.data, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(f"{request.method} {request.path}\n{body}".encode()).digest()


class Nowhere(Door):
    """Every address below /api/v1 that leads nowhere."""

    schema = None
    http_method_names = ["get", "head", "post", "put", "patch", "delete"]

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Authenticate, then say so.

        :raises NotFound: always.
        """
        self.perform_authentication(request)
        if request.auth is None:
            self.permission_denied(request)
        raise NotFound("address_unknown", "There is no such address; see /api/docs/.")
