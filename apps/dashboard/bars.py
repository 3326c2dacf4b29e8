"""Bars of months, drawn by the server: a height for each value on one shared scale."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from apps.dashboard import formats


@dataclass(frozen=True, slots=True)
class Bar:
    """One month: what stands on top, how high in pixels, and whether it still grows."""

    month: dt.date
    text: str
    height: int
    is_current: bool = False
    is_running: bool = False

    @property
    def label(self) -> str:
        """Short name of the month."""
        return formats.day(self.month, weekday=False).split(formats.NBSP)[1]


def bars_of(
    values: Sequence[tuple[dt.date, Decimal, str]],
    *,
    current: dt.date | None = None,
    running: dt.date | None = None,
    tallest: int = 92,
) -> list[Bar]:
    """Scale (month, value, text) rows so that the greatest fills the height; none below zero."""
    top = max((value for _, value, _ in values), default=Decimal(0))
    return [
        Bar(
            month=month,
            text=text,
            height=int(max(value, Decimal(0)) * tallest / top) if top > 0 else 0,
            is_current=month == current,
            is_running=month == running,
        )
        for month, value, text in values
    ]
