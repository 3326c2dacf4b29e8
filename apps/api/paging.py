"""Cursor paging: the cursor names the last row seen, so inserted rows shift nothing."""

import base64
import binascii
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from rest_framework import serializers

from apps.api.constants import DEFAULT_PAGE, MAX_ID, MAX_PAGE

_PLAIN = re.compile(rb"after:(\d{1,19})")


def encode_cursor(row_id: int) -> str:
    """Return the opaque cursor that continues after a row."""
    return base64.urlsafe_b64encode(f"after:{row_id}".encode()).decode().rstrip("=")


def decode_cursor(cursor: str) -> int | None:
    """Return the row a cursor continues after, or None when it is none of ours."""
    try:
        plain = base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        return None
    match = _PLAIN.fullmatch(plain)
    row_id = int(match.group(1)) if match else MAX_ID + 1
    return row_id if row_id <= MAX_ID else None


class CursorField(serializers.CharField):
    """A cursor as `links.next` gave it."""

    def to_internal_value(self, data: Any) -> Any:
        """Return the row's id."""
        row_id = decode_cursor(super().to_internal_value(data))
        if row_id is None:
            raise serializers.ValidationError("This cursor is none of ours; use links.next.")
        return row_id


@dataclass(frozen=True, slots=True)
class Page:
    """What a list endpoint asks of a query: `limit` + 1 rows after a row."""

    after: int
    limit: int


class StrictSerializer(serializers.Serializer[Any]):
    """Refuses names it does not know."""

    def to_internal_value(self, data: Any) -> Any:
        """Validate, and name what is unknown."""
        if isinstance(data, Mapping):
            unknown = [str(name) for name in data if name not in self.fields]
            if unknown:
                known = ", ".join(self.fields) or "none"
                message = f"This is not known here; known: {known}."
                raise serializers.ValidationError(dict.fromkeys(unknown, message))
        return super().to_internal_value(data)


class NoQuery(StrictSerializer):
    """An endpoint without query parameters."""


class PageQuery(StrictSerializer):
    """The parameters of every list."""

    cursor = CursorField(required=False, help_text="From `links.next`.")
    limit = serializers.IntegerField(
        required=False, min_value=1, max_value=MAX_PAGE, default=DEFAULT_PAGE
    )


def page_of(query: Mapping[str, Any]) -> Page:
    """Return the page that validated parameters ask for."""
    return Page(after=query.get("cursor", 0), limit=query["limit"])


def envelope(
    *, path: str, query: Mapping[str, str], rows: Sequence[Any], page: Page
) -> tuple[Sequence[Any], dict[str, Any], dict[str, Any]]:
    """Cut the rows to the page; returns them with `links` and `meta`."""
    shown = rows[: page.limit]
    following = None
    if len(rows) > page.limit:
        kept = {name: value for name, value in query.items() if name != "cursor"}
        cursor = encode_cursor(shown[-1].row_id)
        following = f"{path}?{urlencode({**kept, 'cursor': cursor})}"
    here = f"{path}?{urlencode(query)}" if query else path
    return shown, {"self": here, "next": following}, {"count": len(shown), "limit": page.limit}
