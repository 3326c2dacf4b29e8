import datetime as dt
from dataclasses import replace
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, strategies as st

from apps.reimbursement import schemes
from apps.reimbursement.calculation import (
    MissingRateError,
    Part,
    Policy,
    Rate,
    RatedPart,
    Record,
    lower_if_guessed,
    month_end,
    next_month,
    payable_letters,
    rate_on,
    read_body,
    refusal,
    split_by_rate,
)
from apps.reimbursement.schemes.nl_fixed import NL_FIXED

D = Decimal
HOME = ZoneInfo("Europe/Amsterdam")
POLICY = Policy("ABC", frozenset({"CLOSED_BY_NEXT_REGISTER"}))


def utc(year, month, day, hour=0, minute=0):
    return dt.datetime(year, month, day, hour, minute, tzinfo=dt.UTC)


SECOND = dt.timedelta(seconds=1)


def minutes(count):
    return dt.timedelta(minutes=count)


def record(**changes):
    facts = {
        "issuer": "alfa",
        "cdr_id": "one",
        "credit_of": "",
        "link": "l",
        "started_at": utc(2026, 10, 14, 19, 47),
        "ended_at": utc(2026, 10, 15, 3, 12),
        "zone": HOME,
        "country": "NL",
        "grade": "A",
        "reasons": (),
        "begin_wh": D(14582310),
        "end_wh": D(14609958),
        "energy_wh": D(27648),
        "meter_uid": "m",
        "parts": (
            Part(utc(2026, 10, 14, 19, 47), utc(2026, 10, 14, 20), D(4412), minutes(0)),
            Part(utc(2026, 10, 14, 21, 45), utc(2026, 10, 14, 22), D(5000), minutes(15)),
            Part(utc(2026, 10, 14, 22), utc(2026, 10, 14, 22, 15), D(9000), minutes(17)),
            Part(utc(2026, 10, 15, 3), utc(2026, 10, 15, 3, 12), D(9236), minutes(180)),
        ),
        **changes,
    }
    return Record(**facts)


OLD = Rate(2, dt.date(2026, 1, 1), D("0.289"))
NEW = Rate(3, dt.date(2026, 10, 15), D("0.295"))


def test_a_rate_that_changes_at_local_midnight_splits_the_session_there():
    one, two = split_by_rate(record(), [NEW, OLD])
    assert (one.energy_wh, one.rate, one.end_at) == (D(9412), OLD, utc(2026, 10, 14, 22))
    assert (two.energy_wh, two.rate, two.begin_at) == (D(18236), NEW, utc(2026, 10, 14, 22))
    amounts = NL_FIXED.compute((one, two))
    assert [part.exact for part in amounts.parts] == [D("2.720068"), D("5.379620")]
    assert amounts.amount == D("8.10")
    assert [part.amount for part in amounts.parts] == [D("2.72"), D("5.38")]
    assert (amounts.untaxed, amounts.taxable) == (D("8.10"), D("0.00"))


def with_gap(gap, **changes):
    """Return the session whose midnight lies in a gap between two readings."""
    before, last, first, after = record().parts
    return record(parts=(before, last, replace(first, gap=gap), after), **changes)


def test_a_midnight_between_far_readings_makes_a_changed_rate_a_guess():
    guessed = lower_if_guessed(with_gap(minutes(17) + SECOND), [NEW, OLD])
    assert (guessed.grade, guessed.reasons) == ("D", ("INTERPOLATED",))
    assert split_by_rate(guessed, [NEW, OLD]) == split_by_rate(record(), [NEW, OLD])


@pytest.mark.parametrize(
    ("found", "rates"),
    [
        (with_gap(minutes(17)), [NEW, OLD]),  # a quarter hour and a late sample
        (with_gap(minutes(600)), [OLD]),  # nothing changes that night
        (record(parts=()), [NEW, OLD]),
    ],
)
def test_what_a_reading_tells_or_no_rate_asks_keeps_its_grade(found, rates):
    assert lower_if_guessed(found, rates) == found


def test_a_car_that_waited_at_midnight_leaves_nothing_to_guess():
    before, _, _, after = record().parts
    waited = record(parts=(before, replace(after, gap=minutes(600))))
    assert lower_if_guessed(waited, [NEW, OLD]) == waited


def test_a_part_longer_than_a_night_is_a_guess():
    long = Part(utc(2026, 10, 14, 19, 47), utc(2026, 10, 15, 3, 12), D(27648), minutes(0))
    assert lower_if_guessed(record(parts=(long,)), [NEW, OLD]).grade == "D"
    flash = replace(long, begin_at=utc(2026, 10, 14, 22), end_at=utc(2026, 10, 14, 22))
    assert lower_if_guessed(record(parts=(flash,)), [NEW, OLD]).grade == "A"
    until = replace(long, end_at=utc(2026, 10, 14, 22))  # up to midnight is not over it
    assert lower_if_guessed(record(parts=(until,)), [NEW, OLD]).grade == "A"


def test_a_guess_never_raises_a_grade_and_keeps_the_other_reasons_in_their_order():
    found = with_gap(minutes(60), grade="E", reasons=("NO_MID_EVIDENCE", "OVERLAP"))
    got = lower_if_guessed(found, [NEW, OLD])
    assert (got.grade, got.reasons) == ("E", ("NO_MID_EVIDENCE", "INTERPOLATED", "OVERLAP"))


def test_a_record_that_does_not_tell_its_gaps_is_doubted():
    untold = {name: text for name, text in BODY["parts"][0].items() if name != "gap_s"}
    assert read_body({**BODY, "parts": [untold]}).parts[0].gap > minutes(10_000)


def test_one_rate_is_one_part_from_begin_to_end():
    (only,) = split_by_rate(record(), [OLD])
    assert (only.begin_at, only.end_at) == (utc(2026, 10, 14, 19, 47), utc(2026, 10, 15, 3, 12))


def test_a_session_without_energy_is_one_part_of_nothing():
    (only,) = split_by_rate(record(parts=(), energy_wh=D(0)), [OLD, NEW])
    assert (only.energy_wh, only.rate) == (D(0), OLD)


def test_a_missing_rate_is_an_error_and_the_next_one_is_not_used():
    with pytest.raises(MissingRateError, match="2026-10-14"):
        split_by_rate(record(), [NEW])
    assert rate_on(dt.date(2026, 10, 15), [OLD, NEW]) == NEW


@pytest.mark.parametrize(
    ("ended_at", "zone", "month"),
    [
        (utc(2026, 10, 31, 22, 59), "Europe/Amsterdam", dt.date(2026, 10, 1)),
        (utc(2026, 10, 31, 23, 0), "Europe/Amsterdam", dt.date(2026, 11, 1)),
        (utc(2026, 10, 31, 23, 30), "Atlantic/Azores", dt.date(2026, 10, 1)),
        (utc(2026, 3, 31, 22, 0), "Europe/Amsterdam", dt.date(2026, 4, 1)),
    ],
)
def test_a_session_belongs_to_the_month_of_its_end_at_the_site(ended_at, zone, month):
    assert record(ended_at=ended_at, zone=ZoneInfo(zone)).month == month


def test_the_agreement_of_the_local_day_of_the_start_pays():
    assert record(started_at=utc(2026, 10, 14, 21, 59)).start_date == dt.date(2026, 10, 14)
    assert record(started_at=utc(2026, 10, 14, 22)).start_date == dt.date(2026, 10, 15)


def test_months_end_at_local_midnight():
    assert month_end(dt.date(2026, 10, 1), HOME) == utc(2026, 10, 31, 23)
    assert month_end(dt.date(2026, 3, 1), HOME) == utc(2026, 3, 31, 22)
    assert next_month(dt.date(2026, 12, 1)) == dt.date(2027, 1, 1)


def rated(wh, rate, cap=None, version=1):
    price = Rate(version, dt.date(2026, 1, 1), D(rate), None if cap is None else D(cap))
    return RatedPart(utc(2026, 10, 1), utc(2026, 10, 2), D(wh), price)


@pytest.mark.parametrize(
    ("parts", "amount", "untaxed"),
    [
        ([rated(250_000, "0.3637", "0.3637")], "90.93", "90.92"),  # rounding is no reason for more
        ([rated(27_648, "0.289", "0.30")], "7.99", "7.99"),
        ([rated(10_000, "0.40", "0.30")], "4.00", "3.00"),
        ([rated(10_000, "0.40", "0.30"), rated(10_000, "0.20", "0.30", 2)], "6.00", "5.00"),
        ([rated(10_000, "0.40", "0.30"), rated(10_000, "0.20", None, 2)], "6.00", "5.00"),
        ([rated(10_000, "0.20", "0.30"), rated(10_001, "0.20", None, 2)], "4.00", "4.00"),
        ([rated(0, "0.40", "0.30")], "0.00", "0.00"),
    ],
)
def test_what_lies_above_the_ceiling_is_wage(parts, amount, untaxed):
    got = NL_FIXED.compute(parts)
    assert (got.amount, got.untaxed) == (D(amount), D(untaxed))
    assert got.untaxed + got.taxable == got.amount


rates = st.decimals(min_value=0, max_value=1, places=5)


@given(
    st.lists(
        st.tuples(st.decimals(min_value=0, max_value=10**5, places=3), rates, st.none() | rates),
        min_size=1,
        max_size=4,
    )
)
def test_amounts_are_never_negative_and_always_sum(rows):
    got = NL_FIXED.compute([rated(wh, eur, cap, n) for n, (wh, eur, cap) in enumerate(rows)])
    assert min(got.untaxed, got.taxable) >= 0
    assert got.untaxed + got.taxable == got.amount == sum(p.amount for p in got.parts)


@pytest.mark.parametrize(
    ("changes", "minimum", "decision", "reason"),
    [
        ({}, "", "", ""),
        ({"grade": "C", "reasons": ("NO_MID_EVIDENCE",)}, "", "", ""),
        ({"grade": "C"}, "B", "", "grade_C"),
        ({"grade": "C"}, "B", "pay", ""),
        ({"grade": "D", "reasons": ("END_SUBSTITUTED",)}, "", "", "grade_D"),
        ({"grade": "D", "reasons": ("END_SUBSTITUTED",)}, "D", "", "grade_D"),
        ({"grade": "D", "reasons": ("END_SUBSTITUTED",)}, "", "pay", ""),
        ({"grade": "D", "reasons": ("NO_STOP", "CLOSED_BY_NEXT_REGISTER")}, "", "", ""),
        ({"grade": "D", "reasons": ("NO_STOP", "CLOSED_BY_NEXT_REGISTER")}, "C", "", "grade_D"),
        ({"grade": "D", "reasons": ("CLOCK_SKEW", "CLOSED_BY_NEXT_REGISTER")}, "", "", "grade_D"),
        ({"grade": "E", "reasons": ("OVERLAP",)}, "", "pay", "grade_E"),
        ({"grade": "A", "energy_wh": D(-5)}, "", "pay", "grade_E"),
        ({"grade": "A", "end_wh": D(1)}, "", "", "grade_E"),
        ({"energy_wh": None}, "", "pay", "no_energy"),
        ({"begin_wh": None}, "", "", "no_energy"),
        ({"end_wh": None}, "", "", "no_energy"),
        ({"meter_uid": ""}, "", "pay", "no_meter"),
        ({"grade": "E"}, "", "decline", "declined"),
    ],
)
def test_why_a_record_is_not_paid_as_it_stands(changes, minimum, decision, reason):
    got = refusal(record(**changes), policy=POLICY, minimum_grade=minimum, decision=decision)
    assert got == reason


def test_a_country_without_a_policy_pays_nothing_unasked():
    assert refusal(record(), policy=None, minimum_grade="", decision="") == "no_policy"


def test_no_policy_and_no_agreement_makes_an_e_payable():
    assert payable_letters(Policy("ABCDE", frozenset()), "") == "ABCD"
    assert payable_letters(Policy("AB", frozenset()), "C") == "AB"


def test_a_scheme_is_found_by_its_name_and_registered_once():
    assert schemes.get_scheme("nl_fixed") is NL_FIXED
    assert "nl_fixed" in schemes.list_schemes()
    with pytest.raises(ValueError, match="nl_fixed"):
        schemes.register(replace(NL_FIXED, country="BE"))


BODY: dict[str, Any] = {
    "issuer": "alfa",
    "id": "one",
    "credit_of": "",
    "link": None,
    "started_at": "2026-10-14T19:47:00+00:00",
    "ended_at": "2026-10-15T03:12:00+00:00",
    "site": {"time_zone": "Europe/Amsterdam", "country": "NL"},
    "meter": None,
    "grade": "D",
    "reasons": ["NO_STOP"],
    "begin": {"wh": "14582310.000"},
    "end": {"wh": None},
    "energy_wh": None,
    "parts": [
        {
            "from": "2026-10-14T19:47:00+00:00",
            "to": "2026-10-14T20:00:00+00:00",
            "wh": "0.250",
            "gap_s": "660",
        }
    ],
}


def test_a_body_is_read_without_a_float():
    got = read_body(BODY)
    assert (got.begin_wh, got.end_wh, got.meter_uid, got.link) == (D("14582310.000"), None, "", "")
    assert got.parts[0].energy_wh == D("0.250")
    assert got.parts[0].gap == minutes(11)
    assert read_body({**BODY, "meter": {"uid": "m"}}).meter_uid == "m"
