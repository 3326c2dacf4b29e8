"""What the pages of money and of owners say moments, grades, reasons and hashes with."""

import datetime as dt
import json
from collections.abc import Sequence
from typing import Any

from django import template
from django.utils.translation import gettext

from apps.core import clock as house_clock
from apps.core.texts import readable
from apps.dashboard import formats, words
from apps.dashboard.templatetags.laadboek import Zone, day

register = template.Library()


@register.filter
def month_name(date: dt.date) -> str:
    """Name of a month, without its year."""
    return formats.month(date).split(" ")[0]


@register.filter
def title_month(date: dt.date) -> str:
    """Month and year at the head of a page."""
    return formats.month_title(date)


@register.simple_tag
def span(begin: dt.datetime, end: dt.datetime, zone: Zone = None, *, short: bool = False) -> str:
    """From when to when, in local time; the day of the end only when it is another one.

    `short` leaves the day of the end out.
    """
    first, last = formats.local(begin, zone), formats.local(end, zone)
    if first is None or last is None:
        return gettext("onbekend")
    until = formats.clock_text(last)
    if first.date() != last.date() and not short:
        until = f"{_day(last, zone)}{formats.NBSP}{until}"
    since = f"{_day(first, zone)}{formats.NBSP}{formats.clock_text(first)}"
    return gettext("%(since)s tot %(until)s") % {"since": since, "until": until}


@register.simple_tag
def times(begin: dt.datetime, end: dt.datetime, zone: Zone = None) -> str:
    """Return the times of day of a session."""
    first, last = formats.local(begin, zone), formats.local(end, zone)
    if first is None or last is None:
        return gettext("onbekend")
    clocks = {"since": formats.clock_text(first), "until": formats.clock_text(last)}
    return gettext("%(since)s tot %(until)s") % clocks


def _day(local: dt.datetime, zone: Zone) -> str:
    today = formats.local(house_clock.now(), zone)
    return formats.day(local.date(), today=today.date() if today else None)


@register.filter
def reason_words(codes: Sequence[str]) -> list[str]:
    """Reason codes in words."""
    return [words.reason(code) for code in codes]


@register.filter
def grade_title(letter: str) -> str:
    """Name a settlement grade."""
    return words.grade_title(letter)


@register.filter
def grade_meaning(letter: str) -> str:
    """Say what a settlement grade means."""
    return words.grade_text(letter)


@register.filter
def register_source(source: str) -> str:
    """Where a register came from."""
    return words.source(source)


@register.filter
def short_hash(text: str) -> str:
    """Begin and end of a hash; the whole stands in its title."""
    return f"{text[:4]}…{text[-4:]}" if len(text) > 12 else text


@register.filter
def pretty(text: str) -> str:
    """Lay JSON text out for reading; anything else as it is."""
    try:
        return readable(json.dumps(json.loads(text), indent=2, ensure_ascii=False))
    except (ValueError, RecursionError):
        return text


@register.filter
def zone_list(names: Sequence[str]) -> str:
    """Time zones that a page speaks of, each once."""
    return ", ".join(sorted(set(names)))


@register.filter
def iso_day(text: str) -> str:
    """Date that was frozen as text."""
    try:
        return formats.day(dt.date.fromisoformat(text), weekday=False)
    except ValueError:
        return text


@register.filter
def days(period: Any) -> str:
    """First and last day of a half-open period of dates."""
    begin = day(period.lower)
    if period.upper is None:
        return gettext("vanaf %(date)s") % {"date": begin}
    end = day(period.upper - dt.timedelta(days=1))
    return gettext("%(begin)s t/m %(end)s") % {"begin": begin, "end": end}


@register.inclusion_tag("components/status.html")
def station_status(state: str) -> dict[str, object]:
    """State of a station at a site, by shape and word."""
    kind, word = {
        "offline": ("off", gettext("Offline")),
        "faulted": ("bad", gettext("Storing")),
        "charging": ("go", gettext("Laadt")),
        "occupied": ("warn", gettext("Wacht")),
        "available": ("ok", gettext("Vrij")),
    }.get(state, ("off", gettext("Onbekend")))
    return {"kind": kind, "word": word, "quiet": False}
