import datetime as dt

import jsonschema_rs
import pytest
from hypothesis import given, strategies as st

from apps.simulator.behaviour import CLOCK_AHEAD, HABITS, PROFILES, Span, Station, Visit, visits
from apps.simulator.script import Charge, script
from tests.unit.simulator.schemas import schema_of

BEGIN = dt.datetime(2026, 8, 24, tzinfo=dt.UTC)
SPAN = Span(BEGIN, BEGIN + dt.timedelta(days=28))
HOME = Station("NL-HOME-1", "home", seed=7, tokens=("AA01",), max_w=7_400, interval_s=900)
OFFICE = Station("NL-OFFICE-1", "office", seed=7, tokens=("AA01", "BB02"), connectors=2)


@pytest.mark.parametrize("station", [HOME, OFFICE], ids=["home", "office"])
def test_the_same_seed_says_the_same(station):
    one, two = {1: 5000}, {1: 5000}
    assert list(script(station, SPAN, one)) == list(script(station, SPAN, two))
    assert one == two


def test_another_seed_says_something_else():
    other = Station("NL-HOME-1", "home", seed=8, tokens=("AA01",), max_w=7_400, interval_s=900)
    assert list(script(HOME, SPAN, {})) != list(script(other, SPAN, {}))


def test_no_card_charges_at_two_connectors_at_once():
    seen = [{visit.token for visit in visits(OFFICE, number, SPAN)} for number in (1, 2)]
    assert seen == [{"AA01"}, {"BB02"}]


def test_a_span_in_two_halves_has_the_same_visits_as_the_whole():
    middle = BEGIN + dt.timedelta(days=11, hours=17)
    halves = [*visits(HOME, 1, Span(BEGIN, middle)), *visits(HOME, 1, Span(middle, SPAN.end))]
    assert halves == list(visits(HOME, 1, SPAN))


def test_moments_never_run_back():
    moments = [message.at for message in script(OFFICE, SPAN, {})]
    assert moments == sorted(moments)
    assert moments[0] == BEGIN


@pytest.mark.parametrize("profile", sorted(PROFILES))
@pytest.mark.parametrize("max_w", [7_400, 11_000, 22_000])
def test_no_visit_begins_before_the_one_before_it_has_left(profile, max_w):
    station = Station("X", profile, seed=3, tokens=("T",), max_w=max_w)
    free_from = BEGIN
    for visit in visits(station, 1, Span(BEGIN, BEGIN + dt.timedelta(days=40))):
        assert visit.at >= free_from
        free_from = Charge(station, connector=1, visit=visit, register_wh=0).ends_at


def test_homes_charge_in_the_evening_and_offices_in_the_morning():
    home = [v.at.hour for v in visits(HOME, 1, SPAN) if v.at.weekday() < 5]
    office = [v.at.hour for v in visits(OFFICE, 1, SPAN)]
    assert home
    assert min(home) >= 15
    assert office
    assert max(office) < 14


def test_registers_of_a_charge_rise_to_exactly_what_the_vehicle_took():
    registers = {1: 1_000_000}
    messages = list(script(HOME, SPAN, registers))
    starts = [m.payload["meterStart"] for m in messages if m.action == "StartTransaction"]
    stops = [m.payload["meterStop"] for m in messages if m.action == "StopTransaction"]
    took = [v.energy_wh for v in visits(HOME, 1, SPAN)]
    assert [stop - start for start, stop in zip(starts, stops, strict=True)] == took[: len(starts)]
    assert [1_000_000, *stops[:-1]] == starts
    assert registers == {1: stops[-1]}


@given(
    power=st.integers(1_400, 22_000),
    energy=st.integers(1, 60_000),
    seconds=st.lists(st.integers(0, 200_000), min_size=2, max_size=6),
)
def test_a_register_never_falls_nor_exceeds_the_energy(power, energy, seconds):
    visit = Visit(BEGIN, "T", power, energy, dt.timedelta(minutes=5))
    charge = Charge(HOME, connector=1, visit=visit, register_wh=10)
    readings = [
        charge.register_wh(charge.started_at + dt.timedelta(seconds=s)) for s in sorted(seconds)
    ]
    assert readings == sorted(readings)
    assert 10 <= readings[0] <= readings[-1] <= 10 + energy
    assert charge.register_wh(charge.full_at) == 10 + energy


def test_readings_come_at_whole_quarters_with_five_measurands():
    values = [m for m in script(HOME, SPAN, {}) if m.action == "MeterValues"]
    assert {(m.at.minute % 15, m.at.second) for m in values} == {(0, 0)}
    for message in values:
        (one,) = message.payload["meterValue"]
        assert len(one["sampledValue"]) == 5
        assert {sample["context"] for sample in one["sampledValue"]} == {"Sample.Clock"}


def test_every_payload_passes_the_schema_of_its_action():
    for message in script(OFFICE, Span(BEGIN, BEGIN + dt.timedelta(days=3)), {}):
        payload = dict(message.payload)
        if message.action == "StopTransaction":
            payload["transactionId"] = 7
        jsonschema_rs.validator_for(schema_of(message.action)).validate(payload)


def station_with(habit):
    return Station("NL-HOME-2", "home", seed=5, tokens=("AA01",), max_w=7_400, habit=habit)


def faulty(habit):
    return [v for v in visits(station_with(habit), 1, SPAN) if v.fault]


@pytest.mark.parametrize("habit", [habit for habit in HABITS if habit])
def test_a_habit_shows_on_some_visits_only(habit):
    assert 0 < len(faulty(habit)) < len(list(visits(station_with(habit), 1, SPAN)))


def test_a_station_that_forgets_stops_sends_fewer_stops_than_starts():
    said = [m.action for m in script(station_with("forgets_stop"), SPAN, {})]
    missing = said.count("StartTransaction") - said.count("StopTransaction")
    assert missing == len(faulty("forgets_stop"))


def test_a_reset_register_stops_lower_than_it_started():
    charge = Charge(
        station_with("register_resets"),
        connector=1,
        visit=faulty("register_resets")[0],
        register_wh=900_000,
    )
    assert charge.register_wh(charge.ends_at) < 900_000


def test_a_clock_ahead_shifts_what_is_written_not_when_it_is_said():
    charge = Charge(
        station_with("clock_ahead"), connector=1, visit=faulty("clock_ahead")[0], register_wh=0
    )
    start = charge.arrive()[1]
    written = dt.datetime.fromisoformat(start.payload["timestamp"])
    assert written - start.at == CLOCK_AHEAD
