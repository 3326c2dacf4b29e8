"""The description of the API: OpenAPI, and a page to try it."""

from functools import cache
from typing import Any

from django.http import HttpRequest, JsonResponse
from django.urls import reverse
from django.views.generic import TemplateView
from drf_spectacular.generators import SchemaGenerator


@cache
def openapi() -> Any:
    """Return the description; it is made once per process."""
    return SchemaGenerator().get_schema(request=None, public=True)  # type: ignore[no-untyped-call]


def schema(request: HttpRequest) -> JsonResponse:
    """Answer with the OpenAPI document; it holds nothing of a tenant."""
    return JsonResponse(openapi())


class Docs(TemplateView):
    """Swagger UI from our own host, without inline scripts."""

    template_name = "api/docs.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Give the address of the description."""
        return super().get_context_data(schema_url=reverse("api:schema"), **kwargs)
