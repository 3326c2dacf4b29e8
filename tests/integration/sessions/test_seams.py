"""What sessions tell other rooms: readings, orders, payers, live pages."""

import datetime as dt
import uuid
from decimal import Decimal

import pytest
from psycopg.types.range import Range

from apps.accounts.models import PayerLink, TokenClaim, User
from apps.cards.operations import create_id_token, set_blocked
from apps.cards.queries import get_id_token
from apps.core.events import listen
from apps.core.tokens import token_hmac
from apps.metering.samples import Sample
from apps.sessions.operations import authorise
from apps.sessions.queries import (
    count_readings,
    energy_wh,
    get_live_energy_wh,
    get_session,
    list_session_readings,
    list_sessions,
)
from apps.stations.models import Command, SecurityEvent
from apps.stations.operations import request_command
from apps.tenants.models import Tenant
from tests.integration.conftest import CARD, at


def register(hours, wh, *, context="Sample.Periodic", evse=0, transaction_id=""):
    return Sample(
        evse_number=evse,
        transaction_id=transaction_id,
        taken_at=at(hours),
        measurand="Energy.Active.Import.Register",
        context=context,
        phase="",
        location="Outlet",
        unit="Wh",
        value=Decimal(wh),
    )


def test_the_samples_of_a_stop_join_those_before_and_a_repeat_adds_none(charger, card):
    started = charger.start(wh=40_000)
    charger.read(1, 46_100, transaction_id=started.transaction_id)
    told = [
        register(0, 40_000, context="Transaction.Begin"),
        register(1, 46_100),
        register(2, 52_250, context="Transaction.End"),
    ]
    for _ in range(3):
        charger.stop(started.transaction_id, wh=52_250, samples=told)
    session = charger.session(started)
    assert [(r.taken_at, r.evse_number) for r in list_session_readings(session)] == [
        (at(0), 1),
        (at(1), 1),
        (at(2), 1),
    ]


def test_the_samples_of_a_stray_stop_are_kept_too(charger, card):
    charger.stop("-1", hours=2, wh=9000, samples=[register(1, 8000)])
    session = charger.sessions()[0]
    assert (session.register_start_wh, "RECONSTRUCTED" in session.flags) == (Decimal(8000), True)
    assert count_readings(session) == 1


def test_live_energy_counts_what_belongs_to_the_session(charger, card):
    started = charger.start(wh=20_000)
    charger.read(-1, 19_000)
    charger.read(0.5, 23_600, transaction_id=started.transaction_id)
    charger.read(0.75, 25_400)
    session = charger.session(started)
    assert get_live_energy_wh(session=session, max_kw=Decimal(22)) == 5400
    assert count_readings(session) == 2
    assert energy_wh(session) is None


@pytest.mark.parametrize("spelling", [CARD, CARD.lower(), "04:A1:B2:C3:D4:E5:F6"])
def test_a_start_confirms_the_order_for_its_card_and_no_other(charger, card, spelling):
    wanted = {"evse": 1, "token": spelling}
    mine = request_command(station_id=charger.id, kind="start-charging", args=wanted, now=at(0))
    other = request_command(
        station_id=charger.id,
        kind="start-charging",
        args={"evse": 1, "token": "VISITOR"},
        now=at(0),
    )
    Command.objects.update(state="accepted")
    charger.start()
    states = dict(Command.objects.values_list("pk", "state"))
    assert (states[mine.pk], states[other.pk]) == ("confirmed", "accepted")


def test_a_backlog_confirms_no_order(charger, card):
    wanted = {"evse": 1, "token": CARD}
    request_command(station_id=charger.id, kind="start-charging", args=wanted, now=at(0))
    Command.objects.update(state="accepted")
    charger.start(token=CARD, received_at=at(50))
    assert Command.objects.get().state == "accepted"


def test_an_order_whose_card_we_refuse_says_so_and_does_not_blame_the_station(charger, other, card):
    """Found by a person: the page said after two minutes that the station had done nothing."""
    charger.start()
    for token in ("STRANGER", CARD):
        wanted = {"evse": 1, "token": token}
        request_command(station_id=other.id, kind="start-charging", args=wanted, now=at(0.1))
    Command.objects.update(state="accepted")
    other.start(token="STRANGER", hours=0.1)
    other.start(token=CARD, hours=0.2)
    ends = Command.objects.order_by("pk").values_list("state", "reason", "finished_at")
    assert list(ends) == [
        ("unconfirmed", "unknown", at(0.1)),
        ("unconfirmed", "elsewhere", at(0.2)),
    ]


def test_a_stop_confirms_the_order_to_stop(charger, card):
    started = charger.start()
    request_command(
        station_id=charger.id,
        kind="stop-charging",
        args={"transaction_id": started.transaction_id},
        now=at(1),
    )
    Command.objects.update(state="accepted")
    charger.stop(started.transaction_id)
    assert Command.objects.get().state == "confirmed"


def pay(site, token=CARD, *, state="active"):
    """Claim a card for tenant beta at a site, from the beginning of the story."""
    link = PayerLink.objects.create(
        paying_tenant=Tenant.objects.get(schema_name="beta"),
        employee=User.objects.create(email=f"{uuid.uuid4()}@example.org"),
        state="active",
        invite_until=at(0),
        site_uid=site.uid,
        admitted_by=User.objects.create(email=f"{uuid.uuid4()}@example.org"),
        valid_from=at(0),
    )
    TokenClaim.objects.create(
        link=link,
        token_hmac=token_hmac(token),
        state=state,
        site_uid=site.uid,
        period=Range(at(0), at(10)),
    )
    return link


def test_the_link_valid_at_the_start_pays(charger, card):
    link = pay(charger.station.site)
    started = charger.start(hours=9)
    charger.stop(started.transaction_id, hours=11)
    assert charger.session(started).payer_link_id == link.pk
    later = charger.start(hours=12, wh=9000)
    assert charger.session(later).payer_link_id is None


def test_nobody_pays_for_a_start_that_was_refused(charger, other):
    pay(charger.station.site)
    charger.start()
    refused = other.start(hours=0.1, wh=5)
    assert refused.authorisation.status == "ConcurrentTx"
    assert other.session(refused).payer_link_id is None


def test_a_claimed_card_charges_without_being_known_here(charger):
    pay(charger.station.site)
    assert charger.start().authorisation.status == "Accepted"


@pytest.mark.parametrize("own", [True, False])
def test_a_card_that_the_payer_blocked_is_refused_at_once(charger, own):
    if own:
        create_id_token(token=CARD)
    pay(charger.station.site, state="blocked")
    refused = charger.start()
    assert refused.authorisation.status == "Blocked"
    assert charger.session(refused).payer_link_id is None


@pytest.mark.parametrize("whose", ["own", "payer"])
def test_a_block_holds_from_its_moment_on_whenever_the_message_comes(charger, whose):
    """Found by a reader: a charge from before the block, told after it, went unpaid in silence."""
    link = pay(charger.station.site)
    if whose == "own":
        set_blocked(card_id=create_id_token(token=CARD), blocked=True, now=at(5))
    else:
        TokenClaim.objects.update(state="blocked", blocked_at=at(5))
    before = charger.start(hours=1, received_at=at(9))
    assert charger.session(before).payer_link_id == link.pk
    charger.stop(before.transaction_id, hours=2, received_at=at(9))
    after = charger.start(hours=5, wh=9000, received_at=at(9))
    assert (after.authorisation.status, charger.session(after).payer_link_id) == ("Blocked", None)
    skewed = charger.start(hours=9, wh=9500, started_at=at(9) - dt.timedelta(minutes=4))
    assert skewed.authorisation.status == "Blocked"


def test_an_own_block_outranks_the_payer(charger, card):
    pay(charger.station.site)
    set_blocked(card_id=get_id_token(token=card).pk, blocked=True, now=at(0))
    assert authorise(station_id=charger.id, id_token=card, now=at(1)).status == "Blocked"


def test_the_driver_is_who_held_the_card_at_the_start(charger, card):
    anna, bas = (User.objects.create(email=f"{name}@example.org") for name in ("anna", "bas"))
    row = get_id_token(token=card)
    row.owner = anna
    row.save()
    started = charger.start()
    row.owner = bas
    row.save()
    charger.stop(started.transaction_id)
    assert list(list_sessions(driver_id=anna.pk)) == [charger.session(started)]
    assert not list_sessions(driver_id=bas.pk).exists()


def test_sessions_are_listed_by_station_site_time_and_state(charger, other, card):
    one = charger.start()
    charger.stop(one.transaction_id)
    two = charger.start(hours=30, wh=9000)

    def found(**more):
        return list(list_sessions(**more).values_list("pk", flat=True))

    assert found(identity=charger.station.identity.lower()) == [one.session_id, two.session_id]
    assert found(station_id=other.id) == []
    assert found(site_ids=[]) == []
    assert found(site_ids=[charger.station.site_id], states=["active"]) == [two.session_id]
    assert found(begin=at(0), end=at(30)) == [one.session_id]
    assert get_session(session_id=one.session_id).pk == one.session_id


def test_live_pages_are_told_after_the_commit(charger, card, django_capture_on_commit_callbacks):
    heard = []
    listen("sessions.changed", lambda **ids: heard.append(ids))
    with django_capture_on_commit_callbacks(execute=True):
        started = charger.start()
    assert {"schema": "alfa", "session_id": started.session_id, "station_id": charger.id} in heard


def test_a_row_of_refused_cards_is_somebody_guessing(charger, card):
    for number in range(25):
        authorise(
            station_id=charger.id,
            id_token=f"GUESS{number}",
            now=at(0) + dt.timedelta(seconds=number),
        )
    assert SecurityEvent.objects.filter(kind="card_refused").count() == 25
    assert SecurityEvent.objects.filter(kind="cards_guessed").count() == 1
    details = SecurityEvent.objects.filter(kind="card_refused").values_list("detail", flat=True)
    assert "GUESS0" not in str(list(details))
    assert authorise(station_id=charger.id, id_token=card, now=at(0)).status == "Accepted"
