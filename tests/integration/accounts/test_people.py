"""People, roles, owners and grants."""

import datetime as dt
import uuid

import pytest

from apps.accounts import operations, queries
from apps.accounts.access import Level
from apps.accounts.models import User
from apps.audit.models import AuditEntry
from apps.core import binding
from apps.core.refused import NotFound, Refused

NOW = dt.datetime(2026, 10, 1, 8, tzinfo=dt.UTC)
LATER = NOW + dt.timedelta(days=30)


def make(email="anna@alfa.example", role="installer", **more):
    return operations.create_user(email=email, role=role, **more)


def test_a_new_person_gets_a_password_once_and_a_known_one_keeps_theirs(alfa):
    user_id, password = make(name="Anna")
    assert User.objects.get(pk=user_id).check_password(password)
    again_id, nothing = make(email="ANNA@alfa.example", role="finance")
    assert (again_id, nothing) == (user_id, "")
    assert queries.get_access(user_id=user_id, now=NOW).roles == {"installer", "finance"}


@pytest.mark.parametrize(
    ("changes", "field"), [({"email": "anna"}, "email"), ({"role": "king"}, "role")]
)
def test_a_bad_person_is_refused_naming_the_field(alfa, changes, field):
    with pytest.raises(Refused) as refusal:
        make(**changes)
    assert refusal.value.field == field


def test_a_role_held_already_is_refused(alfa):
    make()
    with pytest.raises(Refused, match="already"):
        make()


def test_a_role_counts_in_its_own_tenant_only(db):
    with binding.bound("alfa"):
        user_id, _ = make()
    with binding.bound("beta"):
        assert queries.get_access(user_id=user_id, now=NOW).is_empty


def test_a_person_who_was_switched_off_has_no_right(alfa):
    user_id, _ = make()
    User.objects.filter(pk=user_id).update(is_active=False)
    assert queries.get_access(user_id=user_id, now=NOW).is_empty


def test_a_site_has_one_owner_at_a_time(alfa):
    site = uuid.uuid4()
    dirk, _ = make("dirk@home.example", "employee")
    eva, _ = make("eva@home.example", "employee")
    operations.own_site(site_uid=site, user_id=dirk, now=NOW)
    operations.own_site(site_uid=site, user_id=eva, now=LATER)
    assert queries.get_access(user_id=dirk, now=NOW).owned == {site}
    assert queries.get_access(user_id=dirk, now=LATER).owned == frozenset()
    assert queries.get_access(user_id=eva, now=LATER).owned == {site}


def grant(user_id, site, **more):
    given = {"level": Level.BASIC, "reason": "storing", "until": LATER, "granted_by": None, **more}
    return operations.grant_access(site_uid=site, user_id=user_id, **given)


def test_a_grant_and_an_owner_count_in_their_own_tenant_only(db):
    site = uuid.uuid4()
    with binding.bound("alfa"):
        user_id, _ = make()
        grant(user_id, site)
        operations.own_site(site_uid=site, user_id=user_id, now=NOW)
        here = queries.get_access(user_id=user_id, now=NOW)
        assert here.owned == {site}
        assert here.granted == {site: Level.BASIC}
    with binding.bound("beta"):
        assert queries.get_access(user_id=user_id, now=NOW).is_empty


def test_a_grant_ends_at_its_moment_and_the_highest_level_counts(alfa):
    site = uuid.uuid4()
    user_id, _ = make("guest@other.example", "employee")
    grant(user_id, site)
    grant(user_id, site, level=Level.OPERATE)
    assert queries.get_access(user_id=user_id, now=NOW).granted == {site: Level.OPERATE}
    assert queries.get_access(user_id=user_id, now=LATER).granted == {}


def test_a_grant_is_revoked_for_its_sites_only(alfa):
    site = uuid.uuid4()
    user_id, _ = make("guest@other.example", "employee")
    grant_id = grant(user_id, site)
    with pytest.raises(NotFound):
        operations.revoke_access(grant_id=grant_id, site_uids=[uuid.uuid4()], now=NOW)
    assert [g.pk for g in queries.list_site_grants(site_uids=[site], now=NOW)] == [grant_id]
    operations.revoke_access(grant_id=grant_id, site_uids=[site], now=NOW)
    assert queries.get_access(user_id=user_id, now=NOW).granted == {}


def test_a_grant_without_reason_is_refused(alfa):
    user_id, _ = make()
    with pytest.raises(Refused) as refusal:
        grant(user_id, uuid.uuid4(), reason=" ")
    assert refusal.value.field == "reason"


def test_every_act_leaves_an_audit_entry_in_the_bound_tenant(alfa):
    user_id, _ = make()
    grant(user_id, uuid.uuid4())
    actions = set(AuditEntry.objects.values_list("action", flat=True))
    assert {"accounts.user.created", "accounts.access.granted"} <= actions


def test_a_member_is_found_by_address_and_role(alfa):
    make()
    assert queries.get_member(email="Anna@alfa.example", role="installer").email
    with pytest.raises(NotFound, match="create_user"):
        queries.get_member(email="anna@alfa.example", role="finance")
