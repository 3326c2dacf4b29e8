"""Payer links and token claims (parties.md §1.5, §1.6, §2)."""

import datetime as dt
import uuid

import pytest

from apps.accounts import operations, queries
from apps.accounts.models import PayerLink
from apps.cards import operations as cards
from apps.core import binding
from apps.core.refused import NotFound, Refused
from apps.tenants.operations import register_station

NOW = dt.datetime(2026, 10, 1, 8, tzinfo=dt.UTC)
HOUR = dt.timedelta(hours=1)
CARD = "04AAAA1111QWZX"
SITE = uuid.UUID(int=7)


@pytest.fixture
def people(db):
    with binding.bound("beta"):
        employee, _ = operations.create_user(email="bas@beta.example", role="employee")
    with binding.bound("alfa"):
        owner, _ = operations.create_user(email="dirk@home.example", role="employee")
    return employee, owner


def invite(people, tenant="beta", tokens=(CARD,), at=NOW):
    with binding.bound(tenant):
        return operations.invite_payer(employee_id=people[0], tokens=list(tokens), now=at)


def admit(people, code, *, at=NOW, site=SITE, **more):
    with binding.bound("alfa"):
        return operations.admit_payer(code=code, site_uid=site, owner_id=people[1], now=at, **more)


def payer(*, at=NOW, token=CARD, site=SITE, identity="HOME1"):
    with binding.bound("alfa"):
        return queries.find_payer(token=token, site_uid=site, identity=identity, at=at)


def test_an_admitted_payer_pays_at_that_site_and_nowhere_else(people):
    uid, code = invite(people)
    assert payer() is None
    assert admit(people, code) == uid
    assert payer().link_uid == uid
    assert payer(token="04:aa:aa:11:11:QW:ZX").link_uid == uid
    assert payer(site=uuid.UUID(int=8)) is None
    assert payer(token="04BBBB") is None
    assert payer(at=NOW - HOUR) is None


@pytest.mark.parametrize(
    "spelling", [str.lower, lambda code: code.replace("-", " "), " ".join, str.upper]
)
def test_a_code_is_read_as_people_type_it(people, spelling):
    _, code = invite(people)
    admit(people, spelling(code))
    assert payer() is not None


def test_a_code_works_once_and_for_fourteen_days(people):
    _, code = invite(people)
    with pytest.raises(Refused, match="14 days"):
        admit(people, code, at=NOW + dt.timedelta(days=14))
    admit(people, code)
    with pytest.raises(Refused) as refusal:
        admit(people, code)
    assert (refusal.value.reason, refusal.value.field) == ("invite_unknown", "invite")


def test_the_code_is_kept_as_a_hash_only(people):
    uid, code = invite(people)
    row = repr(PayerLink.objects.filter(uid=uid).values().get()) if binding.current() else ""
    with binding.bound(binding.PUBLIC):
        row = repr(PayerLink.objects.filter(uid=uid).values().get())
    assert code not in row
    assert code.replace("-", "") not in row


def test_a_second_employer_is_refused_until_the_first_link_ends(people):
    first, code = invite(people)
    admit(people, code)
    _, second_code = invite(people, tenant="gamma")
    with pytest.raises(Refused) as refusal:
        admit(people, second_code)
    assert refusal.value.reason == "card_already_claimed"
    assert "beta" not in str(refusal.value).lower()
    with binding.bound("alfa"):
        operations.end_payer(link_uid=first, now=NOW + HOUR)
    second = admit(people, second_code, at=NOW + HOUR)
    assert payer(at=NOW).link_uid == first  # the link of the start pays
    assert payer(at=NOW + HOUR).link_uid == second


def test_a_link_ends_once(people):
    uid, code = invite(people)
    admit(people, code)
    with binding.bound("beta"):
        operations.end_payer(link_uid=uid, now=NOW + HOUR)
        with pytest.raises(NotFound):
            operations.end_payer(link_uid=uid, now=NOW + HOUR)


def test_a_card_that_the_payer_blocks_is_told_blocked_at_once(people):
    _, code = invite(people)
    admit(people, code)
    with binding.bound("beta"):
        assert operations.set_claim_state(token=CARD, blocked=True, now=NOW) == 1
    assert payer().is_blocked
    with binding.bound("gamma"):  # nobody else's hand reaches the claim
        assert operations.set_claim_state(token=CARD, blocked=False, now=NOW) == 0
    assert payer().is_blocked
    with binding.bound("beta"):
        operations.set_claim_state(token=CARD, blocked=False, now=NOW)
    assert not payer().is_blocked


def card_at_beta(*, blocked=False):
    with binding.bound("beta"):
        number = cards.create_id_token(token=CARD)
        cards.set_blocked(card_id=number, blocked=blocked, now=NOW)
    return number


def test_a_payer_who_blocks_its_card_blocks_every_claim_on_it(people):
    number = card_at_beta()
    _, code = invite(people)
    admit(people, code)
    for blocked in (True, False):
        with binding.bound("beta"):
            cards.set_blocked(card_id=number, blocked=blocked, now=NOW)
        assert payer().is_blocked == blocked


def test_a_managing_tenant_that_blocks_the_card_leaves_the_payers_claim_alone(people):
    _, code = invite(people)
    admit(people, code)
    with binding.bound("alfa"):
        cards.set_blocked(card_id=cards.create_id_token(token=CARD), blocked=True, now=NOW)
    assert not payer().is_blocked


def test_a_card_that_was_blocked_before_the_offer_stays_blocked(people):
    number = card_at_beta(blocked=True)
    with binding.bound("beta"):
        _, code = cards.offer_payment(
            employee_id=people[0], tokens=["04:aa:aa:11:11:qw:zx", "04BBBB"], now=NOW
        )
    admit(people, code)
    assert payer().is_blocked
    assert not payer(token="04BBBB").is_blocked
    with binding.bound("beta"):
        cards.set_blocked(card_id=number, blocked=False, now=NOW)
    assert not payer().is_blocked


def test_a_link_may_be_narrowed_to_one_station(people):
    with binding.bound("alfa"):
        register_station(identity="HOME1")
    _, code = invite(people)
    admit(people, code, identity="HOME1")
    assert payer(identity="HOME1") is not None
    assert payer(identity="HOME2") is None


def test_an_invite_without_a_card_is_refused(people):
    with pytest.raises(Refused) as refusal:
        invite(people, tokens=())
    assert refusal.value.field == "token"


def test_the_owner_sees_who_pays_and_the_payer_its_own_links(people):
    uid, code = invite(people)
    admit(people, code)
    with binding.bound("alfa"):
        assert [link.uid for link in queries.list_site_links(site_uids=[SITE])] == [uid]
        assert not queries.list_own_links().exists()
    with binding.bound("beta"):
        link = queries.list_own_links().get()
        assert link.uid == uid
        assert queries.get_payer(link_id=link.pk).tenant_id == link.paying_tenant_id
