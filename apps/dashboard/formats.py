"""Numbers, dates and units as people read them, in Dutch and in English.

Every function answers plain text with non-breaking spaces; the template filters put units in
their own element. Nothing here raises for a value that a station or a clock got wrong.
"""

import datetime as dt
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.utils.translation import get_language, gettext

from apps.core.tokens import mask_token

NBSP = "\u00a0"
MINUS = "\u2212"
_DAYS = {
    "nl": ("ma", "di", "wo", "do", "vr", "za", "zo"),
    "en": ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"),
}
_MONTHS = {
    "nl": ("jan", "feb", "mrt", "apr", "mei", "jun", "jul", "aug", "sep", "okt", "nov", "dec"),
    "en": ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"),
}
_LONG_MONTHS = {
    "nl": [
        "januari",
        "februari",
        "maart",
        "april",
        "mei",
        "juni",
        "juli",
        "augustus",
        "september",
        "oktober",
        "november",
        "december",
    ],
    "en": [
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
    ],
}


def language() -> str:
    """Return nl or en, whichever the page is in."""
    return "en" if (get_language() or "nl").startswith("en") else "nl"


def zone(name: "str | ZoneInfo | None") -> ZoneInfo:
    """Return a time zone by name; an unknown one is UTC."""
    if isinstance(name, ZoneInfo):
        return name
    try:
        return ZoneInfo(name or "UTC")
    except (ZoneInfoNotFoundError, ValueError):
        return ZoneInfo("UTC")


def local(moment: dt.datetime, name: "str | ZoneInfo | None") -> dt.datetime | None:
    """Return a moment in a zone, or None when the calendar cannot hold it."""
    try:
        return moment.astimezone(zone(name))
    except (OverflowError, ValueError):
        return None


def number(value: Decimal | int, decimals: int = 0) -> str:
    """Return a number with the separators of the language; half a step is rounded up."""
    try:
        step = Decimal(1).scaleb(-decimals)
        rounded = Decimal(value).quantize(step, rounding=ROUND_HALF_UP)
    except InvalidOperation:
        return gettext("onbekend")
    sign = MINUS if rounded < 0 else ""
    text = f"{abs(rounded):,.{decimals}f}"
    if language() == "nl":
        text = text.translate(str.maketrans(",.", ".,"))
    return sign + text


def money(value: Decimal, decimals: int = 2, currency: str = "EUR") -> str:
    """Return an amount; the sign stands before the currency."""
    mark = {"EUR": "€"}.get(currency, currency)
    gap = NBSP if language() == "nl" or len(mark) > 1 else ""
    sign = MINUS if value < 0 else ""
    return f"{sign}{mark}{gap}{number(abs(value), decimals)}"


def day(date: dt.date, *, today: dt.date | None = None, weekday: bool = True) -> str:
    """Return a date; the year only when it is not this one."""
    tongue = language()
    parts = [_DAYS[tongue][date.weekday()]] if weekday else []
    parts += [str(date.day), _MONTHS[tongue][date.month - 1]]
    if today is None or date.year != today.year:
        parts.append(str(date.year))
    return NBSP.join(parts)


def month(date: dt.date) -> str:
    """Return the month and year of a date."""
    return f"{_LONG_MONTHS[language()][date.month - 1]} {date.year}"


def clock_text(moment: dt.datetime, *, seconds: bool = False, fraction: bool = False) -> str:
    """Return the time of day of a local moment."""
    text = moment.strftime("%H:%M:%S" if seconds or fraction else "%H:%M")
    if fraction:
        text += f"{',' if language() == 'nl' else '.'}{moment.microsecond // 1000:03d}"
    return text


def duration(span: dt.timedelta) -> str:
    """Return how long something took: `90 s`, `12 min`, `3 u 30 min`."""
    seconds = max(0, int(span.total_seconds()))
    if seconds < 120:
        return f"{seconds}{NBSP}s"
    hours, minutes = divmod(seconds // 60, 60)
    if not hours:
        return f"{minutes}{NBSP}min"
    hour = "u" if language() == "nl" else "h"
    return f"{number(hours)}{NBSP}{hour}" + (f"{NBSP}{minutes}{NBSP}min" if minutes else "")


def since(moment: dt.datetime, now: dt.datetime) -> str | None:
    """Return how long ago, up to 48 hours; later than that a date says more (None)."""
    span = now - moment
    if span > dt.timedelta(hours=48):
        return None
    seconds = max(0, int(span.total_seconds()))
    if seconds < 60:
        return f"{seconds}{NBSP}s"
    if seconds < 3600:
        return f"{seconds // 60}{NBSP}min"
    hour = "u" if language() == "nl" else "h"
    return f"{seconds // 3600}{NBSP}{hour}"


def month_title(date: dt.date) -> str:
    """Return a month and its year at the begin of a sentence or a page."""
    text = month(date)
    return text[:1].upper() + text[1:]


def card(token: str) -> str:
    """Return what a page shows of a card: its end, in capitals whatever the reader sent."""
    return mask_token(token).upper()
