"""The rules that lose money when wrong: starts and stops."""

import datetime as dt
from decimal import Decimal

import pytest

from apps.cards.models import IdToken
from apps.core.reasons import CLOCK_SKEW, REGISTER_DECREASED, TIME_SUBSTITUTED
from apps.sessions.constants import LATE, SUPERSEDED, UNAUTHORISED
from apps.sessions.models import OrphanStop, Session, SessionConflict
from apps.sessions.operations import authorise
from apps.stations.models import SecurityEvent, Station
from tests.integration.conftest import CARD, at

UTC = dt.UTC


def test_a_session_from_start_to_stop(charger, card):
    started = charger.start(wh=1000)
    assert started.authorisation.status == "Accepted"
    assert 1 <= int(started.transaction_id) <= 2**31 - 1
    stopped = charger.stop(started.transaction_id, wh=9000)
    session = charger.session(started)
    assert stopped.session_id == session.pk
    assert (session.state, session.register_start_wh, session.register_stop_wh) == (
        "closed",
        Decimal(1000),
        Decimal(9000),
    )
    assert session.settle_due_at is not None
    assert session.flags == []


def test_a_repeated_start_is_the_same_transaction_and_accepted_again(charger, card):
    first = charger.start()
    again = charger.start(received_at=at(0.5), frame_id=None)
    assert again.transaction_id == first.transaction_id
    assert (again.is_new, again.authorisation.status) == (False, "Accepted")
    assert len(charger.sessions()) == 1


def test_the_same_moment_with_another_register_is_another_transaction(charger, card):
    first, other = charger.start(wh=1000), charger.start(wh=1001)
    assert other.transaction_id != first.transaction_id
    assert len(charger.sessions()) == 2


def test_the_same_start_on_another_connector_is_another_transaction(charger, card):
    Station.objects.filter(pk=charger.id).update(is_online=True)
    first, other = charger.start(), charger.start(evse_number=2)
    assert other.transaction_id != first.transaction_id


def test_a_start_of_the_backlog_is_judged_by_the_rights_of_its_moment(charger, card):
    IdToken.objects.update(valid_until=at(1))
    late = charger.start(hours=0.5, received_at=at(50))
    assert late.authorisation.status == "Accepted"
    assert charger.start(hours=2, wh=5, received_at=at(50)).authorisation.status == "Expired"


def test_a_refused_start_of_the_backlog_alarms_nobody(charger):
    charger.start(token="UNKNOWN", received_at=at(50))
    assert not SecurityEvent.objects.exists()
    charger.start(token="UNKNOWN", hours=51)
    assert SecurityEvent.objects.get().kind == "card_refused"


def test_a_repeated_start_without_a_usable_time_is_the_same_transaction(charger, card):
    first = charger.start(started_at=None, received_at=at(0))
    again = charger.start(started_at=None, received_at=at(0.2))
    assert again.transaction_id == first.transaction_id
    session = charger.session(first)
    assert session.started_at == at(0)
    assert TIME_SUBSTITUTED in session.flags


def test_a_refused_start_repeats_as_refused(charger):
    first, again = charger.start(token="UNKNOWN"), charger.start(token="UNKNOWN")
    assert first.authorisation.status == again.authorisation.status == "Invalid"
    assert first.transaction_id == again.transaction_id


@pytest.mark.parametrize("moments", [dt.datetime(1970, 1, 1, tzinfo=UTC), at(24)])
def test_a_clock_that_is_not_believed_gives_way_to_the_receive_time(charger, card, moments):
    first = charger.start(started_at=moments, received_at=at(0))
    session = charger.session(first)
    assert (session.started_at, session.start_claimed_at) == (at(0), moments)
    assert {TIME_SUBSTITUTED, CLOCK_SKEW} <= set(session.flags)
    assert charger.start(started_at=moments, received_at=at(1)).session_id == session.pk
    charger.stop(first.transaction_id, wh=1000)
    later = charger.start(started_at=moments, received_at=at(3))  # the clock started anew
    assert later.session_id != session.pk


def test_a_refused_start_touches_nothing_and_has_its_own_positive_id(charger, card):
    running = charger.start()
    refused = charger.start(hours=1, wh=2000, token="DEADBEEF00")
    assert refused.authorisation.status == "Invalid"
    assert int(refused.transaction_id) > 0
    assert charger.session(running).state == "active"
    attempt = charger.session(refused)
    assert (attempt.state, attempt.auth_status) == ("refused", "Invalid")
    assert UNAUTHORISED in attempt.flags
    assert attempt.payer_link_id is None
    assert SecurityEvent.objects.filter(kind="card_refused").count() == 1


def test_a_refused_attempt_without_energy_stays_refused(charger):
    refused = charger.start(token="DEADBEEF00", wh=500)
    charger.stop(refused.transaction_id, hours=0.1, wh=500)
    session = charger.session(refused)
    assert (session.state, session.settle_due_at) == ("refused", None)
    assert session.ended_at == at(0.1)


def test_a_refused_attempt_that_took_energy_is_settled_without_a_payer(charger):
    refused = charger.start(token="DEADBEEF00", wh=500)
    charger.stop(refused.transaction_id, hours=0.1, wh=600)
    session = charger.session(refused)
    assert session.state == "closed"
    assert session.settle_due_at is not None


def test_an_accepted_start_ends_what_was_open_on_its_connector(charger, card):
    first = charger.start(wh=9000)
    charger.start(hours=5, wh=21000)
    session = charger.session(first)
    assert (session.state, session.register_stop_wh, session.end_source) == (
        "closed",
        Decimal(21000),
        "next_start",
    )
    assert {"NO_STOP", "END_SUBSTITUTED", "CLOSED_BY_NEXT_REGISTER", SUPERSEDED} <= set(
        session.flags
    )


def test_the_register_that_stood_still_tells_when_a_lost_session_ended(charger, card):
    first = charger.start(wh=9000)
    charger.read(1, 12000, transaction_id=first.transaction_id)
    charger.start(hours=30, wh=12004)
    session = charger.session(first)
    assert (session.ended_at, session.register_stop_wh) == (at(1), Decimal(12004))


def test_a_start_of_the_backlog_leaves_alone_what_began_after_it(charger, card):
    now = charger.start(hours=100, wh=50000)
    charger.start(hours=0, wh=1000, received_at=at(101))
    assert charger.session(now).state == "active"


def test_a_card_that_charges_elsewhere_is_concurrent(charger, other, card):
    Station.objects.filter(pk=charger.id).update(is_online=True)
    running = charger.start()
    assert other.start(hours=1, wh=5).authorisation.status == "ConcurrentTx"
    assert authorise(station_id=other.id, id_token=card, now=at(1)).status == "ConcurrentTx"
    assert authorise(station_id=charger.id, id_token=card, now=at(1)).status == "Accepted"
    charger.stop(running.transaction_id)
    assert authorise(station_id=other.id, id_token=card, now=at(3)).status == "Accepted"


def test_a_station_that_went_silent_holds_a_card_for_a_quarter_of_an_hour(charger, other, card):
    """Found by a person: the driver of a charger without internet was refused everywhere."""
    charger.start()
    assert other.start(hours=0.25, wh=5).authorisation.status == "ConcurrentTx"
    assert authorise(station_id=other.id, id_token=card, now=at(0.26)).status == "Accepted"
    Station.objects.filter(pk=charger.id).update(last_seen_at=at(1))
    assert authorise(station_id=other.id, id_token=card, now=at(1.2)).status == "ConcurrentTx"
    assert other.start(hours=1.3, wh=7).authorisation.status == "Accepted"


def test_a_backlog_is_not_concurrent_with_today(charger, other, card):
    Station.objects.filter(pk=charger.id).update(is_online=True)
    charger.start(hours=100)
    assert other.start(hours=0, received_at=at(101)).authorisation.status == "Accepted"


def test_a_repeated_stop_changes_nothing(charger, card):
    started = charger.start()
    for _ in range(3):
        assert charger.stop(started.transaction_id).session_id == started.session_id
    assert SessionConflict.objects.count() == 0
    assert OrphanStop.objects.count() == 0


def test_another_stop_of_a_stopped_transaction_is_kept_beside_it(charger, card):
    started = charger.start()
    charger.stop(started.transaction_id, wh=9000)
    for _ in range(2):
        charger.stop(started.transaction_id, wh=9500)
    assert charger.session(started).register_stop_wh == Decimal(9000)
    conflict = SessionConflict.objects.get()
    assert (conflict.kind, conflict.body["register_wh"]) == ("stop_differs", "9500.000")


def test_a_late_real_stop_replaces_a_provisional_end(charger, card):
    first = charger.start(wh=9000)
    charger.start(hours=5, wh=21000)
    charger.stop(first.transaction_id, hours=3, wh=20000, received_at=at(6))
    session = charger.session(first)
    assert (session.register_stop_wh, session.end_source, session.ended_at) == (
        Decimal(20000),
        "stop",
        at(3),
    )
    assert "LATE_STOP" in session.flags
    assert "NO_STOP" not in session.flags


def test_a_stop_for_another_stations_transaction_touches_nothing_there(charger, other, card):
    running = charger.start()
    answer = other.stop(running.transaction_id, hours=1, wh=2000)
    assert answer.session_id is None
    assert charger.session(running).state == "active"
    assert OrphanStop.objects.get().station_id == other.id
    assert SecurityEvent.objects.filter(kind="foreign_transaction").count() == 1


@pytest.mark.parametrize("number", ["-1", "0", ""])
def test_a_stop_without_an_id_is_joined_by_time_and_register(charger, card, number):
    running = charger.start(wh=1000)
    charger.stop(number, hours=2, wh=9000)
    session = charger.session(running)
    assert (session.state, session.register_stop_wh) == ("closed", Decimal(9000))
    assert "JOINED" in session.flags
    charger.stop(number, hours=2, wh=9000)
    assert OrphanStop.objects.count() == SessionConflict.objects.count() == 0


def test_an_old_stop_of_an_unknown_transaction_is_an_orphan(charger, card):
    running = charger.start(wh=30000)
    for _ in range(2):
        charger.stop("170851", hours=-74, wh=28000, received_at=at(0.1))
    assert charger.session(running).state == "active"
    assert OrphanStop.objects.get().register_stop_wh == Decimal(28000)


def test_a_stop_of_an_unknown_number_never_ends_a_running_session_without_its_card(charger, card):
    running = charger.start(wh=30000)
    charger.stop("170851", hours=1, wh=31000)
    assert charger.session(running).state == "active"


def test_a_register_that_decreased_is_kept_as_it_is(charger, card):
    started = charger.start(wh=9000)
    charger.stop(started.transaction_id, wh=8000)
    session = charger.session(started)
    assert session.register_stop_wh == Decimal(8000)
    assert REGISTER_DECREASED in session.flags


def test_a_stop_answers_its_card_and_says_nothing_without_one(charger, card):
    started = charger.start()
    assert charger.stop(started.transaction_id).authorisation is None
    again = charger.start(hours=5)
    answer = charger.stop(again.transaction_id, hours=6, token=CARD.lower()).authorisation
    assert answer is not None
    assert answer.status == "Accepted"
    IdToken.objects.update(is_blocked=True)
    refused = charger.stop(again.transaction_id, hours=6, token=CARD).authorisation
    assert refused is not None
    assert refused.status == "Blocked"


def test_a_stop_before_its_start_makes_one_session(charger, card):
    charger.stop("-1", hours=2, wh=9000, token=card)
    assert Session.objects.count() == 0  # nothing is known of its begin
    before = charger.start(hours=3, wh=9000)
    charger.stop(before.transaction_id, hours=4, wh=10000)
    charger.stop("-1", hours=6, wh=12000, token=card)
    made = charger.sessions()[-1]
    assert (made.register_start_wh, made.register_stop_wh) == (Decimal(10000), Decimal(12000))
    assert {"RECONSTRUCTED", "BEGIN_SUBSTITUTED"} <= set(made.flags)
    late = charger.start(hours=5, wh=10500, received_at=at(6.1))
    assert late.session_id == made.pk
    made.refresh_from_db()
    assert (made.started_at, made.register_start_wh) == (at(5), Decimal(10500))
    assert "RECONSTRUCTED" not in made.flags


def test_a_backlog_is_marked_late(charger, card):
    started = charger.start(hours=0, received_at=at(50))
    charger.stop(started.transaction_id, hours=2, received_at=at(50))
    assert charger.session(started).flags == [LATE]
