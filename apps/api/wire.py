"""JSON in and out: bounded, strict, decimals as exact JSON numbers."""

import json
from collections.abc import Iterable, Mapping
from typing import Any, NoReturn

import msgspec
from rest_framework.exceptions import ParseError
from rest_framework.negotiation import BaseContentNegotiation
from rest_framework.parsers import BaseParser
from rest_framework.renderers import BaseRenderer
from rest_framework.request import Request

from apps.api.constants import MAX_BODY_BYTES

_encoder = msgspec.json.Encoder(decimal_format="number")


def _no_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is no JSON")


class StrictJsonParser(BaseParser):
    """Reads one JSON document of at most 64 KiB; NaN, Infinity and endless nesting are refused."""

    media_type = "application/json"

    def parse(
        self,
        stream: Any,
        media_type: str | None = None,
        parser_context: Mapping[str, Any] | None = None,
    ) -> Any:
        """Return the document.

        :raises ParseError: it is too long or no JSON.
        """
        body = stream.read(MAX_BODY_BYTES + 1)
        if len(body) > MAX_BODY_BYTES:
            raise ParseError
        try:
            return json.loads(body, parse_constant=_no_constant)
        except (ValueError, RecursionError) as error:
            raise ParseError from error


class JsonRenderer(BaseRenderer):
    """Writes JSON; `Decimal` becomes a number with all its digits."""

    media_type = "application/json"
    format = "json"
    charset = None
    render_style = "binary"

    def render(
        self,
        data: Any,
        accepted_media_type: str | None = None,
        renderer_context: Mapping[str, Any] | None = None,
    ) -> bytes:
        """Return the bytes."""
        return b"" if data is None else _encoder.encode(data)


class AlwaysJson(BaseContentNegotiation):
    """There is one format, so Accept and ?format= choose nothing."""

    def select_parser(self, request: Request, parsers: Iterable[Any]) -> Any:
        """Return the parser of the body's media type."""
        kind = (request.content_type or "").partition(";")[0].strip().lower()
        return next((parser for parser in parsers if parser.media_type == kind), None)

    def select_renderer(
        self, request: Request, renderers: Iterable[Any], format_suffix: str | None = None
    ) -> tuple[Any, str]:
        """Return the one renderer."""
        renderer = next(iter(renderers))
        return renderer, renderer.media_type
