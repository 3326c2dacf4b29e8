"""Cases from the field about transactions, readings and cards, through the real door."""

import datetime as dt
from decimal import Decimal

import pytest
import time_machine
from asgiref.sync import async_to_sync

from apps.core import clock
from apps.evidence.calculation import Facts, Point
from apps.evidence.grading import grade
from apps.evidence.operations import grade_session
from apps.sessions.models import Session
from apps.stations.models import SecurityEvent
from apps.stations.operations import create_station
from apps.tenants.bridge import run_in_tenant
from tests.protocol.conftest import InProcessStation
from tests.protocol.field_reader import Story, moment, read_cases

pytestmark = pytest.mark.protocol
CASES = {case["id"]: case for case in read_cases()}
TOLD = {name: case for name, case in CASES.items() if "steps" in case}
# What the product cannot do yet; the rest of each case runs.
NOT_BUILT = {
    "fc005": ["check: reservation", "check: reservation"],
    "fc032": 5,
    "fc046": 5,
}


def tell(case, door):
    """Run one case; returns its story."""
    with time_machine.travel(moment(case["setup"]["now"]), tick=True) as traveller:
        identity, _, key = run_in_tenant(
            "alfa", create_station, identity=case["setup"]["stations"][0], now=clock.now()
        )
        story = Story(case, InProcessStation(identity, key), door, traveller)
        async_to_sync(story.tell)()
    return story


@pytest.mark.parametrize("name", TOLD)
def test_a_case_from_the_field_ends_right(name, quiet_door):
    story = tell(TOLD[name], quiet_door)
    expected = NOT_BUILT.get(name, [])
    if isinstance(expected, int):
        assert len(story.skipped) == expected, story.skipped
    else:
        assert story.skipped == expected


def graded(story):
    now = moment(story.case["setup"]["now"]) + dt.timedelta(days=1)
    ended = Session.objects.exclude(ended_at=None).order_by("started_at", "pk")
    return [grade_session(session_id=session.pk, now=now) for session in ended]


def test_fc004_the_attempt_is_kept_as_refused_and_told(quiet_door):
    tell(CASES["fc004"], quiet_door)
    refused = Session.objects.get(state="refused")
    assert (refused.auth_status, refused.register_start_wh) == ("Invalid", Decimal(107900))
    assert SecurityEvent.objects.filter(kind="card_refused").count() == 1


def test_fc008_a_start_without_its_time_is_not_better_than_d(quiet_door):
    [one] = graded(tell(CASES["fc008"], quiet_door))
    assert one.letter == "D"


def test_fc023_the_orphan_keeps_its_register_and_time(quiet_door):
    from apps.sessions.models import OrphanStop  # noqa: PLC0415

    tell(CASES["fc023"], quiet_door)
    orphan = OrphanStop.objects.get()
    assert (orphan.register_stop_wh, orphan.stopped_at) == (
        Decimal(28000),
        moment("2026-05-17T06:00:00Z"),
    )


def test_fc026_a_backlog_raises_no_alarm_and_is_marked_late(quiet_door):
    story = tell(CASES["fc026"], quiet_door)
    assert not SecurityEvent.objects.exists()
    assert all("LATE" in session.flags for session in Session.objects.all())
    assert [one.letter for one in graded(story)] == ["C", "D", "C"]


def test_fc028_a_refused_next_start_is_stored(quiet_door):
    tell(CASES["fc028"], quiet_door)
    assert Session.objects.get(state="refused").auth_status == "Expired"


def test_fc055_one_card_for_everybody_proves_no_driver(quiet_door):
    story = tell(CASES["fc055"], quiet_door)
    for session in Session.objects.all():
        assert "AUTOSTART" in session.flags
        assert session.driver_id is None
    for one in graded(story):
        assert "ID_NOT_ASSURED" in one.reasons


def test_fc058_a_contradicting_sample_is_told_and_used_for_neither(quiet_door):
    for one in graded(tell(CASES["fc058"], quiet_door)):
        assert "TXID_CONNECTOR_MISMATCH" in one.reasons


def test_fc129_energy_without_registers_is_never_settled():
    case = CASES["fc129"]
    begin = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
    letters = {}
    for told in case["input"]["sessions"]:
        registers = [told[key] and Decimal(told[key]) for key in ("start_wh", "stop_wh")]
        end = begin + dt.timedelta(hours=int(told["hours"]))
        result = grade(
            Facts(
                begin=Point(registers[0], begin, "start"),
                end=Point(registers[1], end, "stop"),
                max_kw=Decimal(case["setup"]["max_kw"]),
                claimed_wh=Decimal(told["kwh"]) * 1000,
            )
        )
        letters[result.letter] = result
    assert {"NO_REGISTERS", "IMPLAUSIBLE_POWER"} <= set(letters["E"].reasons)
    assert letters["C"].energy_wh == Decimal(case["values"]["payable_kwh"]) * 1000
