"""Grades of sessions as they stand in the database."""

import datetime as dt
from decimal import Decimal

import pytest

from apps.core.refused import NotFound, Refused
from apps.evidence.models import SessionGrade
from apps.evidence.operations import grade_session
from apps.evidence.queries import find_grades, get_grade
from apps.metering.models import Meter
from apps.sessions.models import SettledRegisters
from tests.integration.conftest import at, make_charger


def whole(charger, **more):
    started = charger.start(wh=1000)
    charger.stop(started.transaction_id, wh=9000, **more)
    return started.session_id


def without_frames(graded):
    return {reason for reason in graded.reasons if reason != "NO_FRAMES"}


def test_a_clean_pair_without_evidence_of_the_meter(charger, card):
    session_id = whole(charger)
    graded = grade_session(session_id=session_id, now=at(3))
    assert without_frames(graded) == {"NO_MID_EVIDENCE"}
    assert (graded.begin_wh, graded.energy_wh) == (Decimal(1000), Decimal(8000))
    assert (graded.begin_source, graded.end_source) == ("start", "stop")
    kept = SettledRegisters.objects.get(session_id=session_id)
    assert (kept.begin_wh, kept.end_wh) == (Decimal(1000), Decimal(9000))
    row = get_grade(session_id=session_id)
    assert row is not None
    assert (row.letter, row.reasons) == (graded.letter, list(graded.reasons))


@pytest.mark.parametrize(
    ("installed", "covered"),
    [(dt.date(2026, 9, 1), True), (dt.date(2026, 10, 1), True), (dt.date(2026, 10, 2), False)],
)
def test_evidence_counts_from_the_proven_installation(charger, card, installed, covered):
    meter = Meter.objects.create(
        station=charger.station, serial="M1", mid_marking="CE M25 0122", installed_at=installed
    )
    graded = grade_session(session_id=whole(charger), now=at(3))
    assert ("NO_MID_EVIDENCE" in graded.reasons) is not covered
    assert graded.meter_id == (meter.pk if covered else None)


def test_evidence_added_later_grades_by_a_new_row(charger, card):
    session_id = whole(charger)
    grade_session(session_id=session_id, now=at(3))
    Meter.objects.create(
        station=charger.station,
        serial="M1",
        mid_marking="CE M25 0122",
        installed_at=dt.date(2026, 9, 1),
    )
    again = grade_session(session_id=session_id, now=at(4))
    assert "NO_MID_EVIDENCE" not in again.reasons
    assert SessionGrade.objects.filter(session_id=session_id).count() == 2
    assert find_grades(session_ids=[session_id])[session_id].reasons == list(again.reasons)


def test_a_session_closed_by_the_next_start_is_d_and_says_so(charger, card):
    first = charger.start(wh=9000)
    charger.start(hours=5, wh=21000)
    graded = grade_session(session_id=first.session_id, now=at(6))
    assert graded.letter == "D"
    assert {"NO_STOP", "END_SUBSTITUTED", "CLOSED_BY_NEXT_REGISTER"} <= set(graded.reasons)
    assert graded.energy_wh == 12000


def test_the_later_of_two_that_overlap_is_e(charger, card):
    first = charger.start(wh=1000)
    refused = charger.start(hours=1, wh=2000, token="STRANGER")
    charger.stop(refused.transaction_id, hours=1.5, wh=3000)
    charger.stop(first.transaction_id, hours=2, wh=9000)
    later = grade_session(session_id=refused.session_id, now=at(3))
    assert (later.letter, "OVERLAP" in later.reasons) == ("E", True)
    assert "OVERLAP" not in grade_session(session_id=first.session_id, now=at(3)).reasons


def test_samples_of_another_sessions_id_are_used_for_neither(charger, card):
    started = charger.start(wh=5000)
    wide = make_charger(charger.station.site, evses=2)
    one = wide.start(wh=5000, token="A1")
    two = wide.start(hours=0.1, wh=80000, token="B2", evse_number=2)
    wide.read(0.4, 9500, transaction_id=two.transaction_id)
    wide.stop(one.transaction_id, wh=12000)
    wide.stop(two.transaction_id, wh=90000)
    charger.stop(started.transaction_id, wh=12000)
    for each in (one, two):
        graded = grade_session(session_id=each.session_id, now=at(3))
        assert "TXID_CONNECTOR_MISMATCH" in graded.reasons
    clean = grade_session(session_id=started.session_id, now=at(3))
    assert "TXID_CONNECTOR_MISMATCH" not in clean.reasons


def test_what_is_open_or_unknown_is_not_graded(charger, card):
    with pytest.raises(Refused, match="not ended"):
        grade_session(session_id=charger.start().session_id, now=at(1))
    with pytest.raises(NotFound):
        grade_session(session_id=0, now=at(1))


def test_an_unauthenticated_source_is_told(site, card):
    open_charger = make_charger(site, security_profile=0)
    graded = grade_session(session_id=whole(open_charger), now=at(3))
    assert "SOURCE_UNAUTHENTICATED" in graded.reasons
