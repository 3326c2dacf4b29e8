"""Finance closes a month on the page, and the employee fetches what came of it."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from tests import browser
from tests.journeys import plan
from tests.journeys.house import House


@dataclass(frozen=True)
class Issued:
    """A statement: what finance's page said when it was there, and what the employee has."""

    number: str
    overview: str
    page: str
    pdf: bytes
    csv: bytes


def close(house: House, month: dt.date, chromium: Any = None) -> Issued:
    """Close a month and read what the worker issued."""
    number = f"VS-{plan.name(month)}-0001"
    path = f"/finance/months/{plan.name(month)}/"
    if chromium is None:
        overview = _by_form(house, path, number)
    else:
        overview = _in_browser(house, path, number, chromium)
    page = house.visit("Bas").read(f"/my/months/{plan.name(month)}/")
    overview, page = (text.replace("&nbsp;", "\N{NO-BREAK SPACE}") for text in (overview, page))
    return Issued(number, overview, page, *documents(house, number))


def documents(house: House, number: str) -> tuple[bytes, bytes]:
    """Download a statement as its employee: PDF and CSV."""
    employee = house.visit("Bas")
    pdf, csv = (
        employee.keep(f"/my/statements/{number}/{kind}/download/") for kind in ("pdf", "csv")
    )
    return pdf, csv


def _by_form(house: House, path: str, number: str) -> str:
    """Send the form, and look again until the statement is there; no form, no close."""
    finance = house.visit("Carla")
    assert finance.get(f"{path}close/", {})[0] == 403
    finance.submit(f"{path}close/")
    house.wait(lambda: number in finance.read(path))
    return finance.read(path)


def _in_browser(house: House, path: str, number: str, chromium: Any) -> str:
    """Press the buttons; the page shows the statement by itself."""
    page = browser.log_in(chromium, house.base("Carla"), *house.login("Carla"))
    page.goto(f"{house.base('Carla')}{path}")
    page.click(f"a[href='{path}close/']")
    page.click("main form button[type=submit]")
    page.wait_for_selector(f"text={number}")
    return str(page.content())
