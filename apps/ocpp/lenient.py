"""Reading what stations send: odd values are taken where they can mean only one thing (pure)."""

import datetime as dt
from decimal import Decimal, InvalidOperation
from typing import Any

from apps.metering.samples import as_stored

_SURE_FROM = dt.datetime(2000, 1, 1, tzinfo=dt.UTC)
_AHEAD = dt.timedelta(days=1)
_MOST = Decimal(10) ** 15
_CONTROLS = dict.fromkeys((*range(32), *range(127, 160)), "�")


def text(value: Any, limit: int) -> str:
    """Read text: numbers become text, what PostgreSQL or a terminal would choke on is replaced."""
    if type(value) is not str:
        if value is None or isinstance(value, list | dict | bool):
            return ""
        value = str(value)
    if not value.isprintable():
        value = value.translate(_CONTROLS).encode("utf-8", "replace").decode()
    return str(value[:limit])


def whole(value: Any) -> int | None:
    """Read a whole number, also from text; None when it is none, or beyond 64 bits."""
    number = decimal(value)
    if number is None or number != number.to_integral_value():
        return None
    return int(number)


def decimal(value: Any) -> Decimal | None:
    """Read a number, also from text; None for an empty text, NaN, an infinity or an absurd size."""
    if isinstance(value, bool) or not isinstance(value, int | str | Decimal):
        return None
    if isinstance(value, str) and len(value) > 60:
        return None
    try:
        number = Decimal(value.strip() if isinstance(value, str) else value)
    except (InvalidOperation, ValueError):
        return None
    if not number.is_finite() or not -_MOST < number < _MOST:
        return None
    return number if number.as_tuple().exponent == 0 else as_stored(number)


def moment(value: Any, received_at: dt.datetime) -> dt.datetime | None:
    """Read a moment; no zone means UTC. None when it cannot be true: before 2000, or tomorrow."""
    if type(value) is not str or not 10 <= len(value) <= 40:
        return None
    try:
        found = dt.datetime.fromisoformat(value.strip())
        if found.tzinfo is None:
            found = found.replace(tzinfo=dt.UTC)
        found = found.astimezone(dt.UTC)
    except (ValueError, OverflowError):
        return None
    return found if _SURE_FROM <= found <= received_at + _AHEAD else None


def objects(value: Any) -> list[dict[str, Any]]:
    """Read a list of objects; what is none is left out."""
    if isinstance(value, dict):
        return [value]
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []


def moment_text(at: dt.datetime) -> str:
    """Write a moment as every station can read it: UTC, three decimals, Z."""
    return f"{at:%Y-%m-%dT%H:%M:%S}.{at.microsecond // 1000:03d}Z"


def plain(value: Any, depth: int = 8) -> Any:
    """Return what a station answered as jsonb takes it: no NUL, no decimals, not endless."""
    if isinstance(value, str):
        return text(value, 2500)
    if isinstance(value, Decimal):
        return (
            int(value) if value == value.to_integral_value() and abs(value) < _MOST else str(value)
        )
    if isinstance(value, dict):
        return {text(k, 50): plain(v, depth - 1) for k, v in value.items()} if depth else {}
    if isinstance(value, list):
        return [plain(item, depth - 1) for item in value[:500]] if depth else []
    return value
