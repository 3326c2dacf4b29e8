"""The OpenAPI description: envelopes, problems, and how a token is sent."""

from collections.abc import Callable, Iterable
from functools import cache
from typing import Any, TypeVar

from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.utils import (
    OpenApiParameter,
    OpenApiResponse,
    PolymorphicProxySerializer,
    extend_schema,
)
from rest_framework import serializers

from apps.api.paging import NoQuery, StrictSerializer
from apps.api.problems import MEDIA_TYPE

F = TypeVar("F", bound=Callable[..., Any])
KEY = OpenApiParameter(
    "Idempotency-Key",
    str,
    OpenApiParameter.HEADER,
    description="Repeat a request safely: same key and body, same answer. Kept seven days.",
)


class DoorSchema(AutoSchema):
    """Names each operation after its endpoint: `Sessions_get`."""

    def get_operation_id(self) -> str:
        """Return the name."""
        return f"{type(self.view).__name__}_{self.method.lower()}"

    def get_description(self) -> str:  # type: ignore[override]
        """Return what the docstring says to a caller; what it raises is for readers of the code."""
        return super().get_description().partition("\n:raises")[0].strip()


class BearerScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    """How a token is sent."""

    target_class = "apps.api.authentication.BearerAuthentication"
    name = "token"

    def get_security_definition(self, auto_schema: AutoSchema) -> dict[str, str]:
        """Return the definition."""
        return {"type": "http", "scheme": "bearer"}


class FieldErrorSerializer(serializers.Serializer[Any]):
    """One wrong input."""

    field = serializers.CharField()
    message = serializers.CharField()


class ProblemSerializer(serializers.Serializer[Any]):
    """A refusal (RFC 9457)."""

    type = serializers.CharField()
    title = serializers.CharField()
    status = serializers.IntegerField()
    detail = serializers.CharField()
    reason = serializers.CharField(help_text="A stable code.")
    errors = FieldErrorSerializer(many=True, required=False)  # type: ignore[assignment]


class LinksSerializer(serializers.Serializer[Any]):
    """Where this is, and where the list goes on."""

    self = serializers.CharField()
    next = serializers.CharField(allow_null=True, required=False)


class MetaSerializer(serializers.Serializer[Any]):
    """About a page."""

    count = serializers.IntegerField(required=False)
    limit = serializers.IntegerField(required=False)


@cache
def enveloped(kind: type[serializers.Serializer[Any]], *, many: bool = False) -> Any:
    """Return the serializer of an answer: `data`, `links`, `meta`."""
    name = kind.__name__.removesuffix("Serializer") + ("Page" if many else "Answer")
    parts = {"data": kind(many=many), "links": LinksSerializer(), "meta": MetaSerializer()}
    return type(f"{name}Serializer", (serializers.Serializer,), parts)


def one_of(name: str, kinds: Iterable[type[StrictSerializer]]) -> PolymorphicProxySerializer:
    """Describe a body that has one of some shapes; which one, the address says."""
    return PolymorphicProxySerializer(
        component_name=name, serializers=list(kinds), resource_type_field_name=None
    )


def describes(
    kind: type[serializers.Serializer[Any]],
    *,
    summary: str,
    many: bool = False,
    query: type[StrictSerializer] = NoQuery,
    body: type[StrictSerializer] | PolymorphicProxySerializer | None = None,
    statuses: tuple[int, ...] = (200,),
    parameters: tuple[OpenApiParameter, ...] = (),
) -> Callable[[F], F]:
    """Describe an endpoint that answers JSON."""
    answer = enveloped(kind, many=many)
    return _described(
        dict.fromkeys(statuses, answer),
        summary=summary,
        parameters=[*([] if query is NoQuery else [query]), *parameters],
        body=body,
    )


def describes_file(media_type: str, *, summary: str) -> Callable[[F], F]:
    """Describe an endpoint that answers a file."""
    binary = {"type": "string", "format": "binary"}
    return _described({(200, media_type): binary}, summary=summary, parameters=[], body=None)


def _described(
    answers: dict[Any, Any], *, summary: str, parameters: list[Any], body: Any
) -> Callable[[F], F]:
    refusals = {401: "No valid token of this tenant", 403: "Scope missing", 404: "Not here"}
    refusals |= {422: "Invalid input", 429: "Too many requests"}
    problems = {
        (status, MEDIA_TYPE): OpenApiResponse(ProblemSerializer, description=text)
        for status, text in refusals.items()
    }
    return extend_schema(
        summary=summary,
        parameters=parameters,
        request=body,
        responses={**answers, **problems},
    )
