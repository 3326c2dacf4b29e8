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


def test_a_tenant_whose_making_was_killed_is_made_anew(fresh):
    epsilon = ("create_tenant", "--schema", "epsilon", "--name", "E", "--kind", "employer")
    fresh.json(*epsilon)
    fresh.sql("DELETE FROM public.tenants_domain WHERE domain LIKE 'epsilon.%' RETURNING 1")
    fresh.sql("DROP TABLE epsilon.charging_sites_site CASCADE; SELECT 1")
    assert fresh.json(*epsilon)[0]["url"] == "http://epsilon.localhost:8000"
    assert fresh.sql("SELECT count(*) FROM epsilon.charging_sites_site") == [(0,)]
    trail = fresh.sql(
        "SELECT channel FROM public.audit_auditentry WHERE subject = 'tenant:epsilon'"
    )
    assert trail == [("command",)] * 2


def test_a_schema_of_somebody_else_is_left_alone(fresh):
    fresh.sql("CREATE SCHEMA zeta; SELECT 1")
    said = fresh.refused("create_tenant", "--schema", "zeta", "--name", "Z", "--kind", "employer")
    assert "--schema: A schema zeta that is no tenant" in said
    assert fresh.sql("SELECT count(*) FROM public.tenants_tenant WHERE schema_name = 'zeta'") == [
        (0,)
    ]


@pytest.mark.parametrize(
    ("args", "says"),
    [
        (
            ("create_tenant", "--schema", "eta", "--kind", "employer", "--name", "x" * 101),
            "--name: Give at most 100",
        ),
        (
            ("create_user", "--tenant", "alfa", "--role", "finance", "--email", "a@b.example",
             "--name", "x" * 121),
            "--name: Give at most 120",
        ),
        (
            ("create_user", "--tenant", "alfa", "--role", "finance", "--email",
             f"{'x' * 250}@b.example"),
            "--email: Give at most 254",
        ),
        (
            ("create_api_token", "--tenant", "alfa", "--scope", "read", "--days", "-5"),
            "--days: Give a number of days from 1 to 36500",
        ),
        (
            ("create_api_token", "--tenant", "alfa", "--scope", "read", "--name", "x" * 81),
            "--name: Give at most 80",
        ),
        (("close_period", "--tenant", "beta", "--month", "9999-12"), "is no month"),
        (("close_period", "--tenant", "beta", "--month", "0206-10"), "is no month"),
    ],
)  # fmt: skip
def test_what_no_column_or_calendar_holds_names_the_option(fresh, args, says):
    assert says in fresh.refused(*args)


def test_a_person_is_made_by_the_door_of_commands(fresh):
    fresh.json("create_user", "--tenant", "alfa", "--role", "auditor", "--email", "aud@a.example")
    newest = "SELECT channel FROM alfa.audit_auditentry WHERE action = 'accounts.user.created'"
    assert fresh.sql(f"{newest} ORDER BY id DESC LIMIT 1") == [("command",)]


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
