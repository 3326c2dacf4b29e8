"""Cards: who holds them, where and when they charge."""

import pytest

from apps.accounts.operations import create_user
from apps.audit.models import AuditEntry
from apps.cards.models import IdToken
from apps.cards.operations import (
    create_id_token,
    set_blocked,
    set_scope,
    set_validity,
)
from apps.cards.queries import decide, find_groups, get_id_token, list_id_tokens
from apps.core.events import listen
from apps.core.refused import NotFound, Refused
from apps.sessions.queries import get_station_facts
from tests.integration.conftest import CARD, at


def place(charger):
    return get_station_facts(station_id=charger.id).place


def verdict(charger, token=CARD, *, hours=0):
    decision = decide(token=token, place=place(charger), at=at(hours))
    return decision.status, decision.reason


def test_only_case_separators_and_0x_are_ignored(charger, card):
    for spelling in (CARD.lower(), "04:A1:B2:C3:D4:E5:F6", "04-a1-b2-c3-d4-e5-f6", f"0x{CARD}"):
        assert verdict(charger, spelling) == ("Accepted", "")
    for other in (CARD[:-2], CARD + "00", "F6E5D4C3B2A104", "00" + CARD):
        assert verdict(charger, other) == ("Invalid", "unknown")


@pytest.mark.parametrize("token", ["", "  ", "::"])
def test_no_card_is_no_card(charger, token):
    assert verdict(charger, token) == ("Invalid", "empty")


def test_a_blocked_card_is_blocked_until_it_is_unblocked(charger, card):
    number = get_id_token(token=card).pk
    for blocked, status in ((True, "Blocked"), (True, "Blocked"), (False, "Accepted")):
        set_blocked(card_id=number, blocked=blocked, now=at(0))
        assert verdict(charger)[0] == status
    entries = AuditEntry.objects.filter(subject=f"card:{number}").order_by("pk")
    actions = entries.values_list("action", flat=True)
    assert list(actions) == ["cards.token.created", "cards.token.blocked", "cards.token.unblocked"]


def test_validity_is_from_included_until_excluded(charger, card):
    number = get_id_token(token=card).pk
    set_validity(card_id=number, valid_from=at(1), valid_until=at(2))
    assert verdict(charger, hours=0.99) == ("Invalid", "not_yet_valid")
    assert verdict(charger, hours=1) == ("Accepted", "")
    assert verdict(charger, hours=2) == ("Expired", "expired")
    assert decide(token=card, place=place(charger), at=at(1)).expires_at == at(2)
    set_validity(card_id=number, valid_from=None, valid_until=None)
    assert verdict(charger, hours=9000) == ("Accepted", "")


def test_a_card_charges_where_it_may_and_nowhere_else(charger, other, card):
    number = get_id_token(token=card).pk
    set_scope(card_id=number, scope="stations", station_ids=[charger.id])
    assert verdict(charger) == ("Accepted", "")
    assert verdict(other) == ("Invalid", "not_here")
    set_scope(card_id=number, scope="sites", site_ids=[charger.station.site_id])
    assert verdict(other) == ("Accepted", "")
    set_scope(card_id=number, scope="sites")
    assert verdict(charger) == ("Invalid", "not_here")  # an empty list means nowhere
    set_scope(card_id=number, scope="all")
    assert verdict(other) == ("Accepted", "")


def test_a_parent_group_is_told_and_is_no_card_itself(charger):
    create_id_token(token=CARD, group="FAMILY-1")
    decision = decide(token=CARD, place=place(charger), at=at(0))
    assert (decision.status, decision.group) == ("Accepted", "family1")
    assert verdict(charger, "FAMILY-1") == ("Invalid", "unknown")
    assert find_groups(tokens=[get_id_token(token=CARD).value, "nothing"]) == {
        get_id_token(token=CARD).value: "family1"
    }


@pytest.mark.parametrize(
    ("given", "reason", "field"),
    [
        ({"token": " "}, "token_empty", "token"),
        ({"token": "x" * 37}, "token_illegal", "token"),
        ({"token": "a\x00b"}, "token_illegal", "token"),
        ({"token": "zz!!"}, "token_illegal", "token"),
        ({"token": "04A1é2"}, "token_illegal", "token"),
        ({"token": "04:a1:b2:c3:d4:e5:f6"}, "token_exists", "token"),
        ({"token": "B", "email": "nobody@example.org"}, "person_unknown", "email"),
        (
            {"token": "B", "valid_from": at(1), "valid_until": at(1)},
            "validity_empty",
            "valid_until",
        ),
    ],
)
def test_what_cannot_be_a_card_is_refused_with_the_field(card, given, reason, field):
    with pytest.raises(Refused) as refusal:
        create_id_token(**given)
    assert (refusal.value.reason, refusal.value.field) == (reason, field)
    assert IdToken.objects.count() == 1
    assert CARD not in str(refusal.value)


@pytest.mark.parametrize(
    ("given", "reason"),
    [
        ({"scope": "moon"}, "scope_unknown"),
        ({"scope": "sites", "site_ids": [0]}, "site_unknown"),
        ({"scope": "stations", "station_ids": [0]}, "station_unknown"),
    ],
)
def test_a_place_that_is_not_here_is_refused(card, given, reason):
    with pytest.raises(Refused) as refusal:
        set_scope(card_id=get_id_token(token=card).pk, **given)
    assert refusal.value.reason == reason


def test_an_unknown_card_cannot_be_changed(alfa):
    for change in (
        lambda: set_blocked(card_id=0, blocked=True, now=at(0)),
        lambda: set_scope(card_id=0, scope="all"),
        lambda: set_validity(card_id=0, valid_from=None, valid_until=None),
    ):
        with pytest.raises(NotFound):
            change()


def test_cards_are_listed_by_owner(alfa):
    owner, _ = create_user(email="anna@example.org", role="employee")
    mine = create_id_token(token="MINE", email="Anna@example.org")
    create_id_token(token="OTHER")
    assert [card.pk for card in list_id_tokens(owner_id=owner)] == [mine]
    assert list_id_tokens().count() == 2


def test_doors_are_told_that_a_decision_may_be_stale(card, django_capture_on_commit_callbacks):
    heard = []
    listen("cards.changed", lambda **ids: heard.append(ids))
    with django_capture_on_commit_callbacks(execute=True):
        set_blocked(card_id=get_id_token(token=card).pk, blocked=True, now=at(0))
    assert heard == [{"schema": "alfa"}]
