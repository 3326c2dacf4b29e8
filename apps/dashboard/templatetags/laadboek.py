"""What the templates say numbers, moments, icons and grades with."""

import datetime as dt
import json
from decimal import Decimal
from pathlib import Path
from zoneinfo import ZoneInfo

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext

from apps.core import clock as house_clock
from apps.dashboard import formats
from apps.dashboard.navigation import AREA_NAMES

register = template.Library()
_ICONS: dict[str, str] = json.loads(
    (Path(__file__).resolve().parents[1] / "icons.json").read_text(encoding="utf-8")
)
Zone = str | ZoneInfo | None


def _unknown() -> SafeString:
    return format_html('<span class="lb-quiet">{}</span>', gettext("onbekend"))


def _measure(text: str, unit: str) -> SafeString:
    return format_html(
        '<span class="lb-nowrap">{}<span class="lb-unit">{}</span></span>', text, unit
    )


@register.simple_tag
def icon(name: str, css: str = "") -> SafeString:
    """Draw an icon of the set; it is decoration, the word stands beside it."""
    body = mark_safe(_ICONS[name])  # noqa: S308 - our own file
    return format_html(
        '<svg class="lb-icon {}" viewBox="0 0 24 24" fill="none" stroke="currentColor" '
        'stroke-linecap="round" stroke-linejoin="round" aria-hidden="true">{}</svg>',
        css,
        body,
    )


@register.filter
def kwh(wh: Decimal | None, decimals: int = 3) -> SafeString:
    """Energy in Wh, shown in kWh."""
    if wh is None:
        return _unknown()
    return _measure(formats.number(wh / 1000, decimals), "kWh")


@register.filter
def wh(value: Decimal | None) -> SafeString:
    """Energy or a register in Wh; fractions of a Wh are shown when the meter gave them."""
    if value is None:
        return _unknown()
    decimals = 0 if value == value.to_integral_value() else 3
    return _measure(formats.number(value, decimals), "Wh")


@register.filter
def kw(watts: int | Decimal | None, decimals: int = 1) -> SafeString:
    """Power in W, shown in kW."""
    if watts is None:
        return _unknown()
    return _measure(formats.number(Decimal(watts) / 1000, decimals), "kW")


@register.filter
def ampere(value: Decimal | None) -> SafeString:
    """Show a current in A."""
    if value is None:
        return _unknown()
    decimals = 0 if value == value.to_integral_value() else 1
    return _measure(formats.number(value, decimals), "A")


@register.filter
def measured(value: Decimal, unit: str) -> SafeString:
    """Show a sampled value in the unit it was stored in."""
    decimals = 0 if value == value.to_integral_value() else 3
    return _measure(formats.number(value, decimals), unit)


@register.filter
def count(value: int) -> str:
    """Whole number with separators."""
    return formats.number(value)


@register.filter
def money(value: Decimal | None, decimals: int = 2) -> SafeString | str:
    """Amount in euro."""
    return _unknown() if value is None else formats.money(value, decimals)


@register.filter
def rate(value: Decimal | None) -> SafeString | str:
    """Price per kWh, with five decimals."""
    return _unknown() if value is None else formats.money(value, 5)


@register.filter
def clock(moment: dt.datetime | None, zone: Zone = None) -> SafeString | str:
    """Time of day."""
    local = formats.local(moment, zone) if moment else None
    return formats.clock_text(local) if local else _unknown()


@register.filter
def clock_s(moment: dt.datetime | None, zone: Zone = None) -> SafeString | str:
    """Time of day with seconds."""
    local = formats.local(moment, zone) if moment else None
    return formats.clock_text(local, seconds=True) if local else _unknown()


@register.filter
def seconds(moment: dt.datetime | None, zone: Zone = None) -> str:
    """Seconds of a moment, two digits."""
    local = formats.local(moment, zone) if moment else None
    return f"{local:%S}" if local else "00"


@register.filter
def clock_ms(moment: dt.datetime | None, zone: Zone = None) -> SafeString | str:
    """Time of day with milliseconds, for logs."""
    local = formats.local(moment, zone) if moment else None
    return formats.clock_text(local, fraction=True) if local else _unknown()


@register.filter
def day(moment: dt.datetime | dt.date | None, zone: Zone = None) -> SafeString | str:
    """Date with its weekday; the year only when it is another one."""
    if moment is None:
        return _unknown()
    today = formats.local(house_clock.now(), zone)
    date = formats.local(moment, zone) if isinstance(moment, dt.datetime) else moment
    if date is None:
        return _unknown()
    return formats.day(date, today=today.date() if today else None)


@register.filter
def short_day(moment: dt.datetime | None, zone: Zone = None) -> SafeString | str:
    """Day and month, for logs."""
    local = formats.local(moment, zone) if moment else None
    if local is None:
        return _unknown()
    return formats.day(local.date(), today=local.date(), weekday=False)


@register.filter
def month(date: dt.date) -> str:
    """Month and year."""
    return formats.month(date)


@register.filter
def when(moment: dt.datetime | None, zone: Zone = None) -> SafeString | str:
    """Date and time of day."""
    local = formats.local(moment, zone) if moment else None
    if local is None:
        return _unknown()
    return f"{day(moment, zone)}{formats.NBSP}{formats.clock_text(local)}"


@register.filter
def through(until: dt.datetime, zone: Zone = None) -> SafeString | str:
    """Up to when something lasts: the last whole day before a midnight, else the moment."""
    local = formats.local(until, zone)
    if local is None:
        return _unknown()
    if local.time() != dt.time():
        return gettext("tot %(moment)s") % {"moment": when(until, zone)}
    return gettext("t/m %(date)s") % {"date": day(until - dt.timedelta(microseconds=1), zone)}


@register.filter
def zone_name(moment: dt.datetime | None, zone: Zone = None) -> str:
    """Abbreviation of the zone at a moment: CET or CEST."""
    local = formats.local(moment, zone) if moment else None
    return (local.tzname() or "UTC") if local else "UTC"


@register.filter
def duration(span: dt.timedelta | None) -> SafeString | str:
    """How long something took."""
    return _unknown() if span is None else formats.duration(span)


@register.simple_tag
def ago(moment: dt.datetime | None, zone: Zone = None, suffix: str = "") -> SafeString:
    """How long ago, kept right by the page; the exact moment on hover and focus."""
    local = formats.local(moment, zone) if moment else None
    if moment is None or local is None:
        return format_html("{}", gettext("nooit"))
    text = formats.since(moment, house_clock.now())
    exact = f"{when(moment, zone)}:{local:%S} {local.tzname()}"
    if text is None:
        return format_html('<time title="{}">{}</time>', exact, when(moment, zone))
    return format_html(
        '<time datetime="{}" data-ago title="{}">{}</time>{}',
        moment.isoformat(),
        exact,
        text,
        f" {suffix}" if suffix else "",
    )


@register.inclusion_tag("components/grade.html")
def grade(letter: str | None, css: str = "") -> dict[str, str]:
    """Badge of the settlement grade, or that there is none yet."""
    return {"letter": letter or "", "css": css}


@register.inclusion_tag("components/status.html")
def status(kind: str, word: str, *, quiet: bool = False) -> dict[str, object]:
    """State by shape and word."""
    return {"kind": kind, "word": word, "quiet": quiet}


@register.simple_tag(takes_context=True)
def address(context: template.Context, **changes: object) -> str:
    """Build this page's query text with some parameters changed; None takes one away."""
    query = context["request"].GET.copy()
    for name, value in changes.items():
        query.pop(name, None)
        if value not in {None, ""}:
            query[name] = str(value)
    return f"?{query.urlencode()}"


@register.simple_tag
def area_name(area: str) -> str:
    """Word of an area of the dashboard."""
    return str(AREA_NAMES[area])


@register.simple_tag
def level_name(level: int) -> str:
    """Word of a level of access."""
    return {
        1: gettext("status zien"),
        2: gettext("inzien"),
        3: gettext("bedienen"),
        4: gettext("bedragen zien"),
    }.get(level, str(level))
