"""From a plugged-in car to a provable statement: the whole product, as processes.

A station charges, the installer's open page shows it, the payer's finance closes the month on the
page, the employee's documents say what the station's own ledger says; what was told too late is on
the next one. Each stage is a fixture, so the tests may come in any order.
"""

import asyncio
import contextlib
import json
import re
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import pytest

from apps.core import clock
from apps.simulator.script import written
from tests import browser
from tests.journeys import papers, plan, screens
from tests.journeys.closing import Issued, close, documents
from tests.journeys.house import INBOX, OURS, House, running
from tests.journeys.stations import run_aside
from tests.parties import verifier
from tests.parties.exporting import export

pytestmark = [pytest.mark.journey, pytest.mark.slow]
LIMIT_S = 2.0  # what is promised between the station's word and the screen's


@dataclass(frozen=True)
class Evening:
    """What the installer's open screens showed of the live charges."""

    wire: screens.Watch
    page: screens.Watch | None
    owed: list[papers.Line]


@dataclass(frozen=True)
class Later:
    """The next statement, and the first one fetched again."""

    second: Issued
    owed: list[papers.Line]
    first_again: tuple[bytes, bytes]


@pytest.fixture(scope="module")
def house(tmp_path_factory) -> Iterator[House]:
    with running(tmp_path_factory.mktemp("story")) as made:
        yield made


@pytest.fixture(scope="module")
def chromium() -> Iterator[Any]:
    """A browser, or None: then the story goes on without it."""
    if browser.CHROMIUM is None:
        yield None
        return
    with browser.chromium() as found:
        yield found


@pytest.fixture(scope="module")
def evening(house, chromium) -> Evening:
    """Let two vehicles charge while the installer looks on."""
    identity, page = plan.HOME[0], None
    with contextlib.ExitStack() as screen:
        if chromium is not None:
            tab = browser.log_in(chromium, house.base("Anna"), *house.login("Anna"))
            fleet = f"{house.base('Anna')}/stations/"
            page = screen.enter_context(screens.page_watched(tab, fleet, identity))
        anna = house.visit("Anna")
        wire = screen.enter_context(screens.socket_watched(anna, house.live.port, identity))
        house.driveway.charge(plan.LIVE)
    return Evening(wire, page, owed_so_far(house))


def owed_so_far(house: House) -> list[papers.Line]:
    return [papers.owed(charge) for charge in house.driveway.ledger.charges.values()]


@pytest.fixture(scope="module")
def first(house, evening, chromium) -> Issued:
    """Close the first month when its records have reached the payer."""
    house.wait_for_records(len(evening.owed))
    return close(house, plan.FIRST, chromium)


@pytest.fixture(scope="module")
def later(house, evening, first) -> Later:
    """Let the station tell what it charged while offline, and close the month after."""
    house.driveway.charge_unseen(plan.LATE)
    owed = owed_so_far(house)
    house.wait_for_records(len(owed))
    second = close(house, plan.SECOND)
    return Later(second, owed[len(evening.owed) :], documents(house, first.number))


def assert_shown_in_time(house: House, watch: screens.Watch) -> None:
    """Check that a charge was shown in time, the quicker one: a busy machine may hold one."""
    said = house.driveway.said("Charging")
    waits = [min(shown - at for at in said if at <= shown) for shown in watch.seen]
    assert 1 <= len(waits) <= len(plan.LIVE)
    assert min(waits) < LIMIT_S, waits


@pytest.mark.browser
@browser.needs_chromium
def test_the_open_fleet_page_shows_a_charge_without_a_reload(house, evening):
    assert evening.page.still_here == "still here"
    assert evening.page.loads == 0
    assert_shown_in_time(house, evening.page)


def test_the_socket_of_the_fleet_page_tells_a_charge_in_time(house, evening):
    assert_shown_in_time(house, evening.wire)


def test_a_charge_is_a_record_at_its_payer_and_nowhere_else(house, first):
    assert house.shop.count("gamma.cdrs_receivedcdr") == 0
    assert house.shop.count("alfa.cdrs_receivedcdr") == 0
    grades = house.shop.sql(f"SELECT DISTINCT body->>'grade' FROM {INBOX} WHERE {OURS}")
    assert grades == [("B",)]


def test_the_pages_of_finance_and_employee_show_what_the_worker_issued(evening, first):
    total = papers.euro(sum(line.cents for line in evening.owed))
    assert first.number in first.overview
    assert total in first.overview
    for word in (first.number, total, *(papers.euro(line.cents) for line in evening.owed)):
        assert word in first.page


def test_pdf_and_csv_say_what_the_stations_own_ledger_says(evening, first):
    assert len(evening.owed) == len(plan.LIVE)
    assert [line.energy_wh for line in evening.owed] == [visit.energy_wh for visit in plan.LIVE]
    assert papers.in_csv(first.csv) == evening.owed
    total = sum(line.cents for line in evening.owed)
    assert papers.in_pdf(first.pdf) == (evening.owed, total)


def test_the_frames_behind_a_line_are_those_that_the_station_sent(house, evening, first):
    employee = house.visit("Bas")
    chain = export(house.shop.sql, "alfa", plan.HOME[0])
    assert verifier.verify(chain) == []
    secrets = [
        (bytes(salt), bytes(value))
        for salt, value in house.shop.sql("SELECT salt, value FROM alfa.stations_journalsecret")
    ]
    sent = {frame for _, frame in house.driveway.sent()}
    for position, line in enumerate(evening.owed, 1):
        why = f"/my/statements/{first.number}/lines/{position}/"
        assert f"{why}record.json" in employee.read(why)
        record = json.loads(employee.keep(f"{why}record.json"))
        found = [Decimal(record[name]["wh"]) for name in ("begin", "end")]
        assert found == [line.begin_wh, line.end_wh]
        for frame in record["frames"].values():
            assert verifier.frame_fault(chain, frame) == ""
            assert plan.CARD not in frame["payload"]
            assert verifier.reveal(frame["payload"], secrets) in sent


def test_what_was_told_after_the_close_is_on_the_next_statement(first, later):
    late, regular = later.owed
    assert papers.in_csv(later.second.csv, kind="late") == [late]
    assert papers.in_csv(later.second.csv) == [regular]
    lines, total = papers.in_pdf(later.second.pdf)
    assert sorted(lines, key=lambda line: line.begin_wh) == [late, regular]
    assert total == late.cents + regular.cents
    assert "later binnengekomen" in later.second.page


def test_an_issued_statement_stays_byte_for_byte(first, later):
    assert later.first_again == (first.pdf, first.csv)


async def ask(socket: Any, action: str, payload: dict[str, Any]) -> dict[str, Any]:
    """Send a CALL and return the answer's payload."""
    number = str(uuid.uuid4())
    await socket.send(json.dumps([2, number, action, payload]))
    while True:
        frame = json.loads(await asyncio.wait_for(socket.recv(), 20))
        if frame[1] == number:
            assert frame[0] == 3, frame
            return dict(frame[2])


async def status_of(socket: Any, card: str) -> tuple[str, str]:
    """Return what a station is told when a card is held up, and when it starts all the same."""
    shown = await ask(socket, "Authorize", {"idTag": card})
    start = {"connectorId": 1, "idTag": card, "meterStart": 0, "timestamp": written(clock.now())}
    started = await ask(socket, "StartTransaction", start)
    stop = {"transactionId": started["transactionId"], "meterStop": 0}
    await ask(socket, "StopTransaction", {**stop, "timestamp": written(clock.now())})
    return shown["idTagInfo"]["status"], started["idTagInfo"]["status"]


def test_a_card_that_its_payer_blocks_stops_at_once_and_no_other(house):
    boss = house.visit("Adam")
    row = re.search(rf'{plan.SPARE_NAME}.*?"(/cards/\d+/block/)"', boss.read("/cards/"), re.DOTALL)
    assert row is not None

    async def scenario() -> None:
        async with house.live.connect_station(plan.HOME[1]) as socket:
            boot = {"chargePointVendor": "Havik", "chargePointModel": "H11"}
            await ask(socket, "BootNotification", boot)
            assert await status_of(socket, plan.SPARE) == ("Accepted", "Accepted")
            boss.submit("/cards/", to=row[1], blocked="yes")
            assert await status_of(socket, plan.SPARE) == ("Blocked", "Blocked")
            assert (await ask(socket, "Authorize", {"idTag": plan.CARD}))["idTagInfo"] == {
                "status": "Accepted"
            }
            boss.submit("/cards/", to=row[1], blocked="no")
            assert await status_of(socket, plan.SPARE) == ("Accepted", "Accepted")

    run_aside(scenario())
