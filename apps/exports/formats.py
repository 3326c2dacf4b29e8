"""Numbers and moments as documents print them, in Dutch and in English."""

import datetime as dt
from decimal import ROUND_HALF_UP, Decimal

NBSP, MINUS = "\u00a0", "\u2212"
_MONTHS = {
    "nl": "januari februari maart april mei juni juli augustus september oktober november december",
    "en": "January February March April May June July August September October November December",
}


def number(value: Decimal, decimals: int, tongue: str) -> str:
    """Return a number with the separators of the language; the minus is a real one."""
    rounded = value.quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP)
    text = f"{abs(rounded):,.{decimals}f}"
    if tongue == "nl":
        text = text.translate(str.maketrans(",.", ".,"))
    return (MINUS if rounded < 0 else "") + text


def money(value: Decimal, tongue: str, decimals: int = 2) -> str:
    """Return an amount in euro."""
    sign = MINUS if value < 0 else ""
    gap = NBSP if tongue == "nl" else ""
    return f"{sign}€{gap}{number(abs(value), decimals, tongue)}"


def kwh(value_wh: Decimal, tongue: str) -> str:
    """Return energy in kWh with three decimals: what is multiplied is what is printed.

    A thousandth of a Wh does not fit; it is rounded half up, once, on paper only.
    """
    return number(value_wh / 1000, 3, tongue)


def register(value_wh: Decimal | None, tongue: str) -> str:
    """Return a register in whole Wh, with its decimals only where it has them."""
    if value_wh is None:
        return ""
    decimals = 0 if value_wh == value_wh.to_integral_value() else 3
    return number(value_wh, decimals, tongue)


def month(date: dt.date, tongue: str) -> str:
    """Return the name of a month."""
    return _MONTHS[tongue].split()[date.month - 1]


def day(date: dt.date, tongue: str) -> str:
    """Return a date in full."""
    return f"{date.day}{NBSP}{month(date, tongue)}{NBSP}{date.year}"


def duration(span: dt.timedelta, tongue: str) -> str:
    """Return how long something took."""
    hours, minutes = divmod(int(span.total_seconds()) // 60, 60)
    hour, minute = ("uur", "minuten") if tongue == "nl" else ("hours", "minutes")
    return f"{hours}{NBSP}{hour} {minutes}{NBSP}{minute}"
