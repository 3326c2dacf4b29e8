import datetime as dt
import re

import pytest

from tests.pages.story import (
    HIS,
    NOVEMBER,
    T0,
    at,
    close,
    deliver,
    october,
    settle,
    tell,
    text_of,
)
from tests.parties.finance import flag, pay

MONTHS = "/finance/months/"
pytestmark = pytest.mark.usefixtures("bare")


def euros(answer):
    return re.findall(r"€ [\d.]+,\d\d", text_of(answer))


def test_a_session_is_counted_in_its_own_open_month_only():
    story = tell()
    october(story)
    with at():
        assert "€ 24,87" in euros(story.carla.get(f"{MONTHS}2026-10/"))
        for month in ("2026-11", "2026-12"):
            assert euros(story.carla.get(f"{MONTHS}{month}/")) == [], month


def test_what_a_closed_month_left_is_counted_in_the_first_open_one():
    story = tell()
    october(story)
    close("beta")
    with at(NOVEMBER + dt.timedelta(days=35)):
        assert "€ 5,92" in euros(story.carla.get(f"{MONTHS}2026-11/"))
        assert "€ 5,92" not in euros(story.carla.get(f"{MONTHS}2026-12/"))
        assert story.carla.get("/finance/").url == f"{MONTHS}2026-11/"


def test_finance_lands_on_the_first_month_that_is_still_open():
    story = tell()
    pay(story.house, at=T0 - dt.timedelta(days=20))
    deliver()
    with at():
        assert story.carla.get("/finance/").url == f"{MONTHS}2026-09/"


def test_a_month_to_come_says_that_it_has_not_begun():
    story = tell()
    with at():
        text = text_of(story.carla.get(f"{MONTHS}2027-01/"))
    assert "Januari 2027 is nog niet begonnen" in text
    assert f'href="{MONTHS}2026-11/"' in text


def test_the_close_page_of_a_running_month_says_from_when_on_and_offers_nothing():
    story = tell()
    october(story)
    with at():
        text = text_of(story.carla.get(f"{MONTHS}2026-11/close/"))
    assert "November 2026 is nog niet voorbij" in text
    assert "Sluiten kan vanaf di 1 dec 00:00 (Europe/Amsterdam)" in text
    assert "definitief sluiten" not in text


def test_the_close_page_says_when_it_takes_an_earlier_open_month_along():
    story = tell()
    pay(story.house, at=T0 - dt.timedelta(days=20))
    october(story)
    with at():
        text = text_of(story.carla.get(f"{MONTHS}2026-10/close/"))
        first = text_of(story.carla.get(f"{MONTHS}2026-09/close/"))
    assert "September 2026 is nog open" in text
    assert "1 sessie van vóór deze maand gaat mee als nagekomen regel." in text
    assert f'href="{MONTHS}2026-09/close/"' in text
    assert "is nog open" not in first


def test_a_month_that_a_later_close_took_is_not_offered():
    story = tell()
    october(story)
    close("beta")
    with at(NOVEMBER + dt.timedelta(days=5)):
        answer = story.carla.get(f"{MONTHS}2026-09/close/")
    assert answer.url == f"{MONTHS}2026-09/"


def test_a_sum_of_which_nothing_is_known_is_unknown_and_never_zero():
    story = tell()
    flag(story.house.charge(HIS, T0, 4_000), "REGISTER_DECREASED")
    settle()
    deliver()
    with at():
        open_month = text_of(story.carla.get(f"{MONTHS}2026-10/"))
        # the same session as a late line of the next month
        close("beta")
        after = text_of(story.carla.get(f"{MONTHS}2026-11/"))
    for text in (open_month, after):
        lanes = re.findall(r'<div class="lb-v[^"]*">(.*?)</div>', text, re.DOTALL)
        assert "onbekend" in lanes[3]
        (causes,) = re.findall(r'aria-labelledby="causes">(.*?)</section>', text, re.DOTALL)
        assert "€" not in causes
        (rows,) = re.findall(r'aria-labelledby="rows">(.*?)</section>', text, re.DOTALL)
        assert "€" not in rows
