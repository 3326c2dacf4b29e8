"""Which settings make what a station tells fit for settling."""

import pytest
from hypothesis import given, strategies as st

from apps.stations import settlement_ready as ready

READY = {rule.variable: (rule.wanted, False) for rule in ready.V16}
RULES = {rule.variable: rule for rule in ready.V16}
REGISTER = ready.REGISTER


def state_of(variable, value, *, is_readonly=False):
    found = ready.judge({**READY, variable: (value, is_readonly)}, was_read=True)
    return next(v for v in found if v.rule.variable == variable).state


def test_what_the_template_wants_is_ready():
    verdicts = ready.judge(READY, was_read=True)
    assert {verdict.state for verdict in verdicts} == {"met"}
    assert ready.is_ready(verdicts)


@pytest.mark.parametrize(
    ("variable", "value", "state"),
    [
        ("ClockAlignedDataInterval", "0", "differs"),  # as boxes arrive
        ("ClockAlignedDataInterval", "300", "met"),  # a whole part of a quarter hour
        ("ClockAlignedDataInterval", "800", "differs"),
        ("ClockAlignedDataInterval", "1800", "differs"),
        ("ClockAlignedDataInterval", "59", "differs"),
        ("ClockAlignedDataInterval", "60", "met"),
        ("ClockAlignedDataInterval", "-900", "differs"),
        ("ClockAlignedDataInterval", "9" * 12, "differs"),
        ("ClockAlignedDataInterval", "", "differs"),
        ("LocalAuthorizeOffline", "false", "differs"),
        ("LocalAuthorizeOffline", " TRUE ", "met"),
        ("MeterValuesSampledData", f"Voltage, {REGISTER.lower()}", "met"),
        ("MeterValuesSampledData", "Energy.Active.Import.Register.L1", "differs"),
        ("MeterValuesSampledData", "", "differs"),
        ("WebSocketPingInterval", "0", "differs"),
        ("WebSocketPingInterval", "10", "met"),
        ("HeartbeatInterval", "86400", "met"),
        ("HeartbeatInterval", "86401", "differs"),
    ],
)
def test_a_setting_is_held_against_its_rule(variable, value, state):
    assert state_of(variable, value) == state


def test_what_cannot_be_changed_is_told_apart_and_what_may_only_be_written_differs():
    assert state_of("LocalAuthorizeOffline", "false", is_readonly=True) == "fixed"
    assert state_of("LocalAuthorizeOffline", "true", is_readonly=True) == "met"
    assert state_of("LocalAuthorizeOffline", None) == "differs"


def test_names_have_no_case():
    told = {name.upper(): facts for name, facts in READY.items()}
    assert ready.is_ready(ready.judge(told, was_read=True))


def test_a_setting_that_a_station_lacks_stands_in_nobodys_way_once_it_was_asked():
    told = {name: facts for name, facts in READY.items() if name != "WebSocketPingInterval"}
    assert ready.is_ready(ready.judge(told, was_read=True))
    assert not ready.is_ready(ready.judge(told, was_read=False))


def test_a_list_keeps_what_it_holds():
    rule = RULES["StopTxnSampledData"]
    assert rule.target("Voltage, ") == f"Voltage,{REGISTER}"
    assert rule.target("") == rule.target(None) == REGISTER
    assert RULES["ClockAlignedDataInterval"].target("0") == "900"


@given(st.text(max_size=30))
@pytest.mark.parametrize("variable", sorted(RULES))
def test_the_target_always_meets_its_rule(variable, value):
    rule = RULES[variable]
    assert rule.is_met(rule.target(value))
