"""Months in addresses and on pages: a month is its first day."""

import datetime as dt

from django.urls import register_converter

from apps.dashboard import formats


class MonthConverter:
    """`2026-10` in an address."""

    regex = r"[1-9]\d{3}-(?:0[1-9]|1[0-2])"

    def to_python(self, value: str) -> dt.date:
        """Read an address.

        :raises ValueError: a year in which nothing can have been charged (the address is a 404).
        """
        month = dt.date.fromisoformat(f"{value}-01")
        if month.year not in range(2000, 2200):
            raise ValueError(value)
        return month

    def to_url(self, value: dt.date) -> str:
        """Write an address."""
        return f"{value:%Y-%m}"


register_converter(MonthConverter, "month")


def this_month(now: dt.datetime, zone: str) -> dt.date:
    """Return the month that runs in a zone."""
    return now.astimezone(formats.zone(zone)).date().replace(day=1)


def month_before(month: dt.date) -> dt.date:
    """Return the month before one."""
    return (month - dt.timedelta(days=1)).replace(day=1)


def month_after(month: dt.date) -> dt.date:
    """Return the month after one."""
    return (month + dt.timedelta(days=32)).replace(day=1)
