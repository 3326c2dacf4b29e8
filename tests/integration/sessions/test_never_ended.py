"""Sessions that nobody ends, and stops that nobody began."""

import datetime as dt
from decimal import Decimal

from apps.core import clock
from apps.sessions.models import OrphanStop, Session
from apps.sessions.operations import (
    end_if_over,
    mark_settled,
    presume_ended,
    reconcile_orphan,
)
from apps.sessions.queries import list_due, list_open_orphans, list_unjoined
from apps.sessions.tasks import end_sessions_task, reconcile_orphans_task
from apps.stations.models import Connector
from apps.tenants.tasks import HEADER
from tests.integration.conftest import at, make_charger


def run(task):
    return task.apply(headers={HEADER: "alfa"}).get()


def free(charger, hours, occupancy="available"):
    Connector.objects.filter(evse__station=charger.station).update(
        occupancy=occupancy, status_at=at(hours), status_received_at=at(hours)
    )


def test_a_free_connector_ends_a_session_on_its_last_register(charger, card):
    started = charger.start(wh=1000)
    charger.read(1, 5000, transaction_id=started.transaction_id)
    assert end_if_over(session_id=started.session_id, now=at(1.5)) is False
    free(charger, 2)
    assert end_if_over(session_id=started.session_id, now=at(2.01)) is False
    assert end_if_over(session_id=started.session_id, now=at(2.2)) is True
    session = charger.session(started)
    assert (session.state, session.end_source) == ("closed", "reading")
    assert (session.ended_at, session.register_stop_wh) == (at(1), Decimal(5000))
    assert set(session.flags) == {"NO_STOP", "END_SUBSTITUTED"}
    assert session.settle_due_at == at(2.2) + dt.timedelta(hours=24)
    assert end_if_over(session_id=started.session_id, now=at(9)) is False
    assert presume_ended(session_id=started.session_id, at=at(9), now=at(9)) is False


def test_a_counter_is_put_on_the_scale_of_the_begin(charger, card):
    started = charger.start(wh=100_000)
    charger.read(1, 4000, transaction_id=started.transaction_id)
    presume_ended(session_id=started.session_id, at=at(2), now=at(2))
    assert charger.session(started).register_stop_wh == Decimal(104_000)


def test_a_session_without_any_reading_ends_without_a_register(charger, card):
    started = charger.start()
    presume_ended(session_id=started.session_id, at=at(2), now=at(3))
    session = charger.session(started)
    assert (session.ended_at, session.register_stop_wh, session.end_source) == (
        at(2),
        None,
        "none",
    )


def test_the_real_stop_of_a_settled_session_closes_it_again(charger, card):
    started = charger.start()
    presume_ended(session_id=started.session_id, at=at(2), now=at(3))
    assert list_due(now=at(26)) == []
    assert list_due(now=at(27.1)) == [started.session_id]
    mark_settled(session_id=started.session_id)
    assert charger.session(started).state == "settled"
    charger.stop(started.transaction_id, hours=2.5, wh=9000, received_at=at(40))
    session = charger.session(started)
    assert (session.state, session.end_source) == ("closed", "stop")
    assert session.settle_due_at is not None
    assert "LATE_STOP" in session.flags


def test_a_backlog_start_without_stop_ends_at_the_start_after_it(charger, card):
    now = charger.start(hours=100, wh=50_000)
    old = charger.start(hours=0, wh=1000, received_at=at(101))
    assert charger.session(old).state == "active"
    assert end_if_over(session_id=old.session_id, now=at(101)) is True
    session = charger.session(old)
    assert (session.end_source, session.register_stop_wh) == ("next_start", Decimal(50_000))
    assert charger.session(now).state == "active"


def test_the_sweeper_ends_what_is_over(charger, card):
    started = charger.start()
    free(charger, 1)
    with clock.replaying(at(5)):
        assert run(end_sessions_task) == 1
        assert run(end_sessions_task) == 0
    assert charger.session(started).state == "closed"


def test_a_start_that_comes_after_its_own_stop_gets_that_stop(charger, card):
    charger.stop("-1", hours=2, wh=9000)
    assert OrphanStop.objects.count() == 1
    started = charger.start(hours=0, wh=1000, received_at=at(2.1))
    session = charger.session(started)
    assert (session.state, session.register_stop_wh) == ("closed", Decimal(9000))
    assert session.ended_at == at(2)
    assert list(list_open_orphans(station_id=charger.id)) == []


def test_a_stop_that_fits_two_sessions_waits_until_one_is_left(site, card):
    wide = make_charger(site, evses=2)
    one = wide.start(wh=1000, token=card)
    two = wide.start(wh=1010, token="STRANGER", evse_number=2)
    assert two.authorisation.status == "Invalid"  # a refused attempt is no candidate
    Session.objects.filter(pk=two.session_id).update(state="active")
    wide.stop("-1", hours=1, wh=3000)
    orphan = OrphanStop.objects.get()
    assert list_unjoined(since=at(0)) == [(orphan.pk, wide.id)]
    assert reconcile_orphan(orphan_id=orphan.pk, station_id=wide.id) is False
    wide.stop(two.transaction_id, hours=2, wh=4000)
    with clock.replaying(at(3)):
        assert run(reconcile_orphans_task) == 1
        assert run(reconcile_orphans_task) == 0
    assert wide.session(one).register_stop_wh == Decimal(3000)
    assert reconcile_orphan(orphan_id=orphan.pk, station_id=wide.id) is False


def test_a_strange_number_needs_the_card(charger, card):
    running = charger.start()
    charger.stop("4711", hours=1, wh=3000, token=card)
    assert charger.session(running).state == "closed"


def test_a_strange_number_is_never_a_transaction_whose_station_knows_its_id(charger, card):
    running = charger.start()
    charger.read(0.5, 2000, transaction_id=running.transaction_id)
    charger.stop("4711", hours=1, wh=3000, token=card)
    assert charger.session(running).state == "active"


def test_a_stop_reaches_a_provisional_end_only_before_the_next_start(charger, card):
    first = charger.start(wh=1000)
    charger.start(hours=5, wh=9000)
    charger.stop("-1", hours=4, wh=8900, received_at=at(6))
    session = charger.session(first)
    assert (session.end_source, session.register_stop_wh) == ("stop", Decimal(8900))
