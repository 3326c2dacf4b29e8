"""Tenants and people by command: --json, a secret once, clear refusals, nothing half-done."""

import pytest

from tests.commands import product

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def fresh():
    with product("commands") as found:
        yield found


def test_a_tenant_is_made_with_schema_and_address(fresh):
    made = fresh.json(
        "create_tenant", "--schema", "delta", "--name", "Delta", "--kind", "installer"
    )
    assert made == [{"schema": "delta", "kind": "installer", "url": "http://delta.localhost:8000"}]
    assert fresh.sql("SELECT count(*) FROM delta.charging_sites_site") == [(0,)]


def test_a_tenant_that_exists_is_refused_and_nothing_is_half_done(fresh):
    before = fresh.sql("SELECT count(*) FROM public.tenants_tenant")
    said = fresh.refused("create_tenant", "--schema", "alfa", "--name", "A", "--kind", "employer")
    assert "--schema: The tenant alfa exists already." in said
    assert fresh.sql("SELECT count(*) FROM public.tenants_tenant") == before


def test_a_person_is_made_and_the_password_is_shown_once(fresh):
    args = ("create_user", "--tenant", "alfa", "--role", "installer", "--email", "anna@a.example")
    made = fresh.json(*args)[0]
    assert len(made["password"]) >= 12
    assert made["role"] == "installer"
    said = fresh.refused(*args)
    assert "--role: anna@a.example has the role installer here already." in said
    stored = fresh.sql("SELECT password FROM public.accounts_user WHERE email = 'anna@a.example'")
    assert made["password"] not in stored[0][0]


def test_an_unknown_tenant_names_the_known_ones(fresh):
    said = fresh.refused(
        "create_user", "--tenant", "nope", "--role", "installer", "--email", "x@a.example"
    )
    assert "--tenant: There is no tenant nope. Tenants: alfa, beta" in said


def test_a_bad_address_names_the_option(fresh):
    said = fresh.refused("create_user", "--tenant", "alfa", "--role", "finance", "--email", "x")
    assert "--email: 'x' is no e-mail address." in said
