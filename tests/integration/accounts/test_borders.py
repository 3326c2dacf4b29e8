"""People and payers end at the border of a tenant, and with the person's account."""

import datetime as dt
import uuid

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from apps.accounts import operations, queries
from apps.accounts.access import Level
from apps.accounts.models import PayerLink, User
from apps.audit.models import AuditEntry
from apps.core import binding, events
from apps.core.refused import NotFound, Refused
from apps.tenants.operations import register_station

NOW = dt.datetime(2026, 10, 1, 8, tzinfo=dt.UTC)
CARD, OTHER = "04AAAA1111QWZX", "04BBBB2222QWZX"
SITE = uuid.UUID(int=7)


@pytest.fixture
def person(alfa):
    user_id, _ = operations.create_user(email="anna@alfa.example", role="employee", name="Anna")
    return user_id


@pytest.fixture
def heard():
    """The sites whose cached decisions the doors are told to forget."""
    seen = []

    def listener(**ids):
        seen.append(ids["site_uid"])

    events.listen("accounts.cards_changed", listener)
    yield seen
    events._listeners["accounts.cards_changed"].remove(listener)


def grant(person):
    return operations.grant_access(
        site_uid=SITE,
        user_id=person,
        level=Level.BASIC,
        reason="kijkt",
        until=None,
        granted_by=None,
    )


def invite(tenant, person, *tokens, code=""):
    with binding.bound(tenant):
        return operations.invite_payer(
            employee_id=person, tokens=tokens or (CARD,), now=NOW, code=code
        )


def test_another_tenant_neither_sees_nor_ends_what_was_granted(person):
    grant_id = grant(person)
    operations.own_site(site_uid=SITE, user_id=person, now=NOW)
    with binding.bound("beta"):
        assert list(queries.list_site_grants(site_uids=[SITE], now=NOW)) == []
        assert not queries.find_owner_name(site_uid=SITE, now=NOW)
        with pytest.raises(NotFound):
            operations.revoke_access(grant_id=grant_id, site_uids=[SITE], now=NOW)
        assert queries.get_access(user_id=person, now=NOW).is_empty
    assert [row.pk for row in queries.list_site_grants(site_uids=[SITE], now=NOW)] == [grant_id]
    assert queries.find_owner_name(site_uid=SITE, now=NOW) == "Anna"


def test_a_closed_account_opens_no_site_it_owns_or_was_shown(person):
    guest, _ = operations.create_person(email="gast@voorbeeld.example", name="Gast")
    owner, _ = operations.create_person(email="baas@voorbeeld.example", name="Baas")
    grant(guest)
    operations.own_site(site_uid=SITE, user_id=owner, now=NOW)
    assert queries.get_access(user_id=guest, now=NOW).granted == {SITE: Level.BASIC}
    assert queries.get_access(user_id=owner, now=NOW).owned == {SITE}
    User.objects.filter(pk__in=(guest, owner)).update(is_active=False)
    assert queries.get_access(user_id=guest, now=NOW).is_empty
    assert queries.get_access(user_id=owner, now=NOW).is_empty


def test_a_payer_is_tied_to_a_station_of_the_site_s_tenant_only(person):
    with binding.bound("gamma"):
        register_station(identity="ELSEWHERE-1")
    _, code = invite("beta", person)
    with pytest.raises(NotFound) as refusal:
        operations.admit_payer(
            code=code, site_uid=SITE, owner_id=person, now=NOW, identity="ELSEWHERE-1"
        )
    assert refusal.value.field == "station"
    assert PayerLink.objects.get().state == PayerLink.State.PENDING


def test_an_invite_is_found_by_its_own_card_employee_and_tenant(person):
    uid, code = invite("beta", person)
    asked = {"code": code, "employee_id": person, "token": CARD, "now": NOW}
    with binding.bound("beta"):
        assert queries.find_invite(**asked) == uid
        assert queries.find_invite(**asked | {"token": OTHER}) is None
        assert queries.find_invite(**asked | {"employee_id": person + 1}) is None
    with binding.bound("gamma"):
        assert queries.find_invite(**asked) is None


def test_a_code_of_one_s_own_choice_is_used_once(person):
    invite("beta", person, CARD, code="ZELF-GEKOZEN")
    with pytest.raises(Refused) as refusal:
        invite("gamma", person, OTHER, code="zelf gekozen")
    assert (refusal.value.reason, refusal.value.field) == ("invite_taken", "invite")
    assert PayerLink.objects.count() == 1


def test_admitting_and_ending_tell_the_stations_door_at_once(
    person, heard, django_capture_on_commit_callbacks
):
    uid, code = invite("beta", person)
    with (
        django_capture_on_commit_callbacks(execute=True),
        CaptureQueriesContext(connection) as sent,
    ):
        operations.admit_payer(code=code, site_uid=SITE, owner_id=person, now=NOW)
        operations.end_payer(link_uid=uid, now=NOW)
    assert heard == [str(SITE)] * 2
    told = [query["sql"] for query in sent if "pg_notify" in query["sql"]]
    assert len(told) == 2
    assert all(operations.CARDS_CHANNEL in sql and str(SITE) in sql for sql in told)


def test_two_hands_on_one_code_or_one_site_wait_for_each_other(person):
    _, code = invite("beta", person)
    with CaptureQueriesContext(connection) as sent:
        operations.admit_payer(code=code, site_uid=SITE, owner_id=person, now=NOW)
    assert any("accounts_payerlink" in q["sql"] and "FOR UPDATE" in q["sql"] for q in sent)
    with CaptureQueriesContext(connection) as sent:
        operations.own_site(site_uid=SITE, user_id=person, now=NOW)
    assert any("accounts_siteowner" in q["sql"] and "FOR UPDATE" in q["sql"] for q in sent)


def test_a_person_who_is_made_twice_at_once_is_refused_in_words(person, monkeypatch):
    """The look before the insert sees nobody: the other hand has not committed yet."""
    monkeypatch.setattr(operations, "find_user", lambda *, email: None)
    for make in (
        lambda: operations.create_user(email="anna@alfa.example", role="finance"),
        lambda: operations.create_person(email="ANNA@alfa.example", name="Anna"),
    ):
        with pytest.raises(Refused) as refusal:
            make()
        assert (refusal.value.reason, refusal.value.field) == ("email_taken", "email")
    assert User.objects.filter(email="anna@alfa.example").count() == 1


def test_a_block_names_each_link_in_the_trail_of_the_payer(person):
    uid, code = invite("beta", person)
    operations.admit_payer(code=code, site_uid=SITE, owner_id=person, now=NOW)
    with binding.bound("beta"):
        operations.set_claim_state(token=CARD, blocked=True, now=NOW)
        operations.set_claim_state(token=CARD, blocked=True, now=NOW)
        trail = AuditEntry.objects.filter(action="accounts.claim.state")
        assert list(trail.values_list("subject", flat=True)) == [f"link:{uid}"]
