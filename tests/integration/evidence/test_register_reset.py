"""A register that begins anew begins a new record of its meter; a doubtful one does not."""

import datetime as dt
from decimal import Decimal

import pytest

from apps.audit.models import AuditEntry
from apps.evidence.operations import grade_session
from apps.metering.models import Meter
from apps.metering.operations import record_meter
from apps.metering.queries import find_meter
from tests.integration.conftest import CARD, T0, at, make_charger


@pytest.fixture
def meter(charger, card):
    return Meter.objects.create(
        station=charger.station,
        serial="M1",
        mid_marking="CE M25 0122",
        installed_at=dt.date(2026, 9, 1),
    )


def charge(charger, begin, end, *, hours, evse=1, card=CARD):
    started = charger.start(hours=hours, wh=begin, evse_number=evse, token=card)
    charger.stop(started.transaction_id, hours=hours + 1, wh=end)
    return started.session_id, grade_session(session_id=started.session_id, now=at(hours + 2))


def meters(charger):
    return list(Meter.objects.filter(station=charger.station).order_by("pk"))


def test_a_register_that_begins_at_zero_again_is_a_new_record_of_the_same_meter(charger, meter):
    _, before = charge(charger, 31_000, 35_000, hours=0)
    session_id, after = charge(charger, 0, 4_000, hours=3)
    old, new = meters(charger)
    assert (before.meter_id, after.meter_id) == (old.pk, new.pk)
    assert new.uid != old.uid
    assert (new.serial, new.mid_marking, new.counts_from) == ("M1", "CE M25 0122", at(3))
    assert after.letter == before.letter  # what was proven of the meter stays proven
    assert "NO_MID_EVIDENCE" not in after.reasons
    assert AuditEntry.objects.filter(action="metering.meter.restarted").count() == 1
    again = grade_session(session_id=session_id, now=at(9))
    assert again.meter_id == new.pk
    _, later = charge(charger, 4_000, 5_000, hours=6)
    assert later.meter_id == new.pk
    assert len(meters(charger)) == 2


def test_a_register_that_fell_within_a_session_goes_on_under_a_new_record(charger, meter):
    _, fell = charge(charger, 31_000, 700, hours=0)
    assert (fell.letter, fell.energy_wh, fell.meter_id) == ("E", None, meter.pk)
    _, after = charge(charger, 700, 2_700, hours=3)
    assert after.meter_id == meters(charger)[1].pk
    assert after.energy_wh == 2_000


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ((5_000, 9_000), (4_000, 6_000)),  # merely lower
        ((5_000, 9_000), (8_980, 9_500)),  # the field's jitter
        ((0, 900), (0, 400)),  # nothing was counted yet
        ((31_000, 700), (30_990, 33_000)),  # one wrong stop: the register went on
        ((31_000, 700), (200, 900)),  # lower than it fell to
        ((31_000, 35_000), (0, 60_000)),  # impossible in an hour: never settled
    ],
)
def test_a_register_in_doubt_stays_with_its_meter(charger, meter, first, second):
    charge(charger, *first, hours=0)
    _, graded = charge(charger, *second, hours=3)
    assert graded.meter_id == meter.pk
    assert len(meters(charger)) == 1


def test_a_stretch_that_is_told_again_is_a_repeat_and_no_reset(charger, meter):
    charge(charger, 0, 4_000, hours=0)
    charge(charger, 4_000, 9_000, hours=3)
    _, again = charge(charger, 0, 4_000, hours=6)
    assert again.meter_id == meter.pk


def test_what_was_charged_before_the_reset_stays_with_the_old_record(charger, meter):
    charge(charger, 31_000, 35_000, hours=0)
    charge(charger, 0, 4_000, hours=6)
    _, late = charge(charger, 35_000, 36_000, hours=3)
    assert late.meter_id == meter.pk


def test_each_evse_of_a_station_counts_by_itself(site, card):
    wide = make_charger(site, evses=2)
    meter = Meter.objects.create(station=wide.station, serial="M2")
    charge(wide, 31_000, 35_000, hours=0, evse=2)
    charge(wide, 9_000, 10_000, hours=0.5, evse=1, card="OTHER")
    _, after = charge(wide, 0, 4_000, hours=3, evse=2)
    new = meters(wide)[1]
    assert (after.meter_id, new.evse_number) == (new.pk, 2)
    _, other = charge(wide, 10_000, 11_000, hours=5, evse=1)
    assert other.meter_id == meter.pk


def test_a_swap_takes_out_every_record_of_the_meter(charger, meter):
    charge(charger, 31_000, 35_000, hours=0)
    charge(charger, 0, 4_000, hours=3)
    tomorrow = T0 + dt.timedelta(days=1)
    record_meter(station_id=charger.id, make="Kwarts", serial="M9", now=tomorrow)
    assert [m.removed_at for m in meters(charger)] == [tomorrow.date(), tomorrow.date(), None]
    later = tomorrow + dt.timedelta(days=1)
    found = find_meter(station_id=charger.id, evse_number=1, on=later.date(), at=later)
    assert found == meters(charger)[2]


def test_one_record_of_a_station_is_a_register_per_evse(charger, meter):
    assert meter.register_uid(1) == meter.uid
    assert len({meter.register_uid(n) for n in (1, 2, 3)}) == 3
    assert meter.register_uid(2) == meter.register_uid(2)
    own = Meter(station=charger.station, evse_number=2)
    assert own.register_uid(2) == own.uid


def test_a_reset_that_nobody_named_a_meter_for_is_left_alone(charger, card):
    charge(charger, 31_000, 35_000, hours=0)
    _, after = charge(charger, 0, 4_000, hours=3)
    assert (after.meter_id, after.energy_wh) == (None, Decimal(4_000))
