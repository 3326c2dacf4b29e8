"""Roles and levels: an empty set of rights shows nothing."""

import uuid

import pytest

from apps.accounts.access import ROLES, Access, Level

SITE, OTHER = uuid.uuid4(), uuid.uuid4()


def access(*roles, owned=(), granted=None):
    return Access(1, frozenset(roles), frozenset(owned), granted or {})


def test_no_right_shows_nothing():
    nobody = access()
    assert nobody.is_empty
    assert nobody.areas == frozenset()
    assert nobody.sites_at(Level.BASIC) == frozenset()
    assert nobody.level_on(SITE) is None
    assert not nobody.may(Level.BASIC, SITE)


@pytest.mark.parametrize(
    ("role", "level", "areas", "money"),
    [
        ("administrator", Level.FINANCE, {"installers", "finance"}, True),
        ("installer", Level.OPERATE, {"installers"}, False),
        ("operator", Level.OPERATE, {"installers"}, False),
        ("auditor", Level.SENSITIVE, {"installers", "finance"}, False),
        ("finance", None, {"finance"}, True),
        ("employee", None, {"employees"}, False),
    ],
)
def test_a_role_gives_its_level_and_areas(role, level, areas, money):
    person = access(role)
    assert person.tenant_level == level
    assert person.areas == areas
    assert person.changes_money is money
    assert person.level_on(SITE) == level


def test_the_table_above_knows_every_role():
    assert len(ROLES) == 6


def test_an_owner_sees_his_site_and_no_money_and_no_commands():
    owner = access(owned=[SITE])
    assert owner.areas == {"owners"}
    assert owner.may(Level.SENSITIVE, SITE)
    assert not owner.may(Level.OPERATE, SITE)
    assert owner.level_on(OTHER) is None
    assert owner.sites_at(Level.OPERATE) == frozenset()


def test_a_grant_reaches_one_site_only():
    guest = access(granted={SITE: Level.OPERATE})
    assert guest.areas == {"installers"}
    assert guest.may(Level.OPERATE, SITE)
    assert not guest.may(Level.FINANCE, SITE)
    assert guest.sites_at(Level.BASIC) == {SITE}
    assert guest.level_on(OTHER) is None


def test_a_finance_grant_lets_an_installer_see_money_of_that_site_only():
    installer = access("installer", granted={SITE: Level.FINANCE})
    assert installer.may(Level.FINANCE, SITE)
    assert not installer.may(Level.FINANCE, OTHER)
    assert installer.sites_at(Level.OPERATE) is None
    assert installer.sites_at(Level.FINANCE) == {SITE}
