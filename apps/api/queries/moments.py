"""Moments that Python can read: a station's clock may say anything."""

import datetime as dt
from typing import Any

from django.db.models import Case, DateTimeField, F, Value, When
from django.db.models.functions import Greatest, Least

_FIRST = dt.datetime(1, 1, 2, tzinfo=dt.UTC)
_LAST = dt.datetime(9999, 12, 30, tzinfo=dt.UTC)


def clamped(name: str) -> Any:
    """Return a column of moments, held within the years that a datetime can carry; null stays."""
    moment = DateTimeField()
    low = Greatest(F(name), Value(_FIRST, output_field=moment), output_field=moment)
    held = Least(low, Value(_LAST, output_field=moment), output_field=moment)
    is_null = When(**{f"{name}__isnull": True}, then=Value(None))
    return Case(is_null, default=held, output_field=moment)
