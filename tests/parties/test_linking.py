"""A payer is linked in one run, or nothing half-done remains."""

import datetime as dt
import re
from decimal import Decimal
from typing import Any

import pytest
from django.db import DatabaseError

from apps.accounts import operations as accounts
from apps.accounts.models import PayerLink
from apps.core import binding
from apps.core.refused import NotFound, Refused
from apps.reimbursement.models import Agreement
from apps.reimbursement.operations import (
    Wish,
    add_rate,
    agree,
    end_agreement,
    link_payer,
    linking,
)
from apps.tenants.bridge import run_in_tenant
from tests.commands import product
from tests.parties.house import HER, HERS, HIM, HIS, NOVEMBER, T0

D = Decimal
CARD = "04DDDD7777ZZXW"


@pytest.fixture
def home(house):
    """Let both people work for gamma, and the home belong to him."""
    run_in_tenant("gamma", accounts.create_user, email=HIM, role="employee")
    run_in_tenant("gamma", accounts.create_user, email=HER, role="employee")
    run_in_tenant(
        "alfa", accounts.own_site, site_uid=house.site_uid, user_id=house.owner_id, now=T0
    )
    return house


def wish(**changes):
    facts = {
        "payer": "gamma",
        "managing": "alfa",
        "station": "home1",
        "employee": HER,
        "token": CARD,
        "code": "WELKOM-2026",
        "rate_eur_per_kwh": D("0.25"),
        **changes,
    }
    return Wish(**facts)


def links():
    with binding.bound("public"):
        rows = PayerLink.objects.exclude(state="ended").order_by("pk")
        return [(row.state, row.employee_id, row.admitted_by_id) for row in rows[2:]]


def test_one_run_invites_admits_and_agrees_for_the_owner(home):
    linked = link_payer(wish=wish(), now=NOVEMBER)
    assert (linked.station, linked.admitted_by) == ("HOME1", home.owner_id)
    assert links() == [("active", home.people[HER], home.owner_id)]
    row = run_in_tenant(
        "gamma",
        lambda: Agreement.objects.values_list("period", "rates__rate_eur_per_kwh").get(
            pk=linked.agreement_id
        ),
    )
    assert (row[0].lower, row[1]) == (dt.date(2026, 11, 2), D("0.25"))


def test_a_pending_invite_is_redeemed(home):
    _, code = run_in_tenant(
        "gamma",
        accounts.invite_payer,
        employee_id=home.people[HER],
        tokens=[CARD],
        now=NOVEMBER,
    )
    link_payer(wish=wish(code=code.lower()), now=NOVEMBER)
    assert len(links()) == 1


def test_a_site_without_an_owner_is_spoken_for_by_its_managing_tenant(home):
    with binding.bound("public"):
        home_owner = home.owner_id
        from apps.accounts.models import SiteOwner  # noqa: PLC0415

        SiteOwner.objects.all().delete()
    with pytest.raises(Refused) as caught:
        link_payer(wish=wish(), now=NOVEMBER)
    assert caught.value.reason == "owner_missing"
    run_in_tenant("alfa", accounts.create_user, email="anna@example.test", role="installer")
    linked = link_payer(wish=wish(), now=NOVEMBER)
    assert linked.admitted_by != home_owner


@pytest.mark.parametrize(
    ("changes", "reason", "field"),
    [
        ({"station": "HOME9"}, "station_unknown", "station"),
        ({"employee": "nobody@example.test"}, "employee_unknown", "employee"),
        ({"token": HIS}, "card_already_claimed", "token"),
        ({"token": HERS}, "card_already_claimed", "token"),
        ({"code": " "}, "invite_missing", "invite"),
        ({"rate_eur_per_kwh": D("NaN")}, "rate_illegal", "rate"),
        ({"rate_eur_per_kwh": D("-0.1")}, "rate_illegal", "rate"),
        ({"rate_eur_per_kwh": D("0.123456")}, "rate_illegal", "rate"),
        ({"rate_eur_per_kwh": D(25)}, "rate_illegal", "rate"),
    ],
)
def test_what_cannot_be_linked_is_refused_and_leaves_nothing(home, changes, reason, field):
    with pytest.raises(Refused) as caught:
        link_payer(wish=wish(**changes), now=NOVEMBER)
    assert (caught.value.reason, caught.value.field) == (reason, field)
    assert links() == []


def test_somebody_elses_invite_is_not_redeemed(home):
    _, code = run_in_tenant(
        "gamma",
        accounts.invite_payer,
        employee_id=home.people[HIM],
        tokens=[CARD],
        now=NOVEMBER,
    )
    with pytest.raises(Refused) as caught:
        link_payer(wish=wish(code=code), now=NOVEMBER)
    assert caught.value.reason == "invite_taken"
    assert links() == [("pending", home.people[HIM], None)]


def break_admission(monkeypatch, error):
    def fail(**_):
        raise error

    monkeypatch.setattr(linking, "admit_payer", fail)


def test_an_admission_that_breaks_takes_back_what_the_run_invited(home, monkeypatch):
    break_admission(monkeypatch, DatabaseError("the connection is gone"))
    with pytest.raises(DatabaseError):
        link_payer(wish=wish(), now=NOVEMBER)
    assert links() == []


@pytest.mark.parametrize("error", [DatabaseError("gone"), Refused("invite_unknown", "Too late.")])
def test_an_employers_own_invite_outlives_a_run_that_broke_and_is_taken_up(
    home, monkeypatch, error
):
    link_uid, code = run_in_tenant(
        "gamma",
        accounts.invite_payer,
        employee_id=home.people[HER],
        tokens=[CARD],
        now=NOVEMBER,
    )
    with monkeypatch.context() as broken:
        break_admission(broken, error)
        with pytest.raises(type(error)):
            link_payer(wish=wish(code=code), now=NOVEMBER)
    assert links() == [("pending", home.people[HER], None)]
    link_payer(wish=wish(code=code), now=NOVEMBER)
    assert links() == [("active", home.people[HER], home.owner_id)]
    rates = run_in_tenant(
        "gamma",
        lambda: list(
            Agreement.objects.filter(link__uid=link_uid).values_list(
                "rates__rate_eur_per_kwh", flat=True
            )
        ),
    )
    assert rates == [D("0.25")]


def test_an_invite_with_another_agreement_is_refused_and_stays(home):
    link_uid, code = run_in_tenant(
        "gamma",
        accounts.invite_payer,
        employee_id=home.people[HER],
        tokens=[CARD],
        now=NOVEMBER,
    )
    run_in_tenant(
        "gamma",
        agree,
        link_uid=link_uid,
        valid_from=dt.date(2026, 11, 1),
        rate_eur_per_kwh=D("0.31"),
        now=NOVEMBER,
    )
    with pytest.raises(Refused) as caught:
        link_payer(wish=wish(code=code), now=NOVEMBER)
    assert caught.value.reason == "agreement_exists"
    assert links() == [("pending", home.people[HER], None)]


AGREEMENT: dict[str, Any] = {
    "valid_from": dt.date(2027, 1, 1),
    "rate_eur_per_kwh": D("0.2"),
    "now": T0,
}


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({}, "agreement_exists"),
        ({"scheme": "be_creg"}, "scheme_unknown"),
        ({"minimum_grade": "F"}, "grade_unknown"),
    ],
)
def test_an_agreement_is_refused(house, changes, reason):
    with pytest.raises(Refused) as caught:
        run_in_tenant("beta", agree, link_uid=house.links["beta"], **{**AGREEMENT, **changes})
    assert caught.value.reason == reason


def test_another_tenants_link_and_unknown_agreements_are_not_found(house):
    with pytest.raises(NotFound):
        run_in_tenant("beta", agree, link_uid=house.links["gamma"], **AGREEMENT)
    with pytest.raises(NotFound):
        run_in_tenant("beta", add_rate, agreement_id=999_999, **AGREEMENT)
    with pytest.raises(NotFound):
        run_in_tenant("beta", end_agreement, agreement_id=999_999, until=dt.date(2026, 12, 1))


@pytest.mark.parametrize("date", [dt.date(2026, 1, 1), dt.date(2025, 12, 1)])
def test_rates_come_one_after_another_and_an_end_after_the_begin(house, date):
    given = {"agreement_id": house.agreements["beta"]}
    with pytest.raises(Refused) as caught:
        run_in_tenant("beta", add_rate, valid_from=date, rate_eur_per_kwh=D("0.2"), now=T0, **given)
    assert caught.value.reason == "rate_not_newest"
    with pytest.raises(Refused) as caught:
        run_in_tenant("beta", end_agreement, until=date, **given)
    assert caught.value.reason == "end_before_begin"


@pytest.mark.slow
def test_the_commands_as_a_person_runs_them():
    with product("settle_commands") as shop:
        for tenant, role, email in (
            ("alfa", "administrator", "anna@example.test"),
            ("beta", "employee", "bas@example.test"),
        ):
            shop.json("create_user", "--tenant", tenant, "--role", role, "--email", email)
        shop.json("create_station", "--tenant", "alfa", "--identity", "H-1")
        given = ["--payer", "beta", "--managing", "alfa", "--station", "H-1", "--token", CARD]
        given += ["--employee", "bas@example.test", "--invite", "WELKOM"]
        (linked,) = shop.json("link_payer", *given, "--rate", "0.27")
        assert (linked["payer"], linked["station"], linked["rate"]) == ("beta", "H-1", "0.27")
        assert "--token" in shop.refused("link_payer", *given)
        assert "--rate" in shop.refused("link_payer", *given, "--rate", "cheap")
        (closed,) = shop.json("close_period", "--tenant", "beta", "--month", "2020-01")
        assert (closed["state"], closed["statements"], closed["amount"]) == ("closed", [], "0.00")
        assert shop.json("close_period", "--tenant", "beta", "--month", "2020-01") == [closed]
        told = shop.run("close_period", "--tenant", "beta", "--month", "2020-01").stdout
        assert "closed" in told
        assert re.search(r"statements +none\n +exceptions +none", told)
        for month in ("2020-1", "2020-13", "202001", "oktober"):
            assert "2026-10" in shop.refused("close_period", "--tenant", "beta", "--month", month)
        said = shop.refused("close_period", "--tenant", "beta", "--month", "2999-01")
        assert "not over" in said
        assert "--tenant" in shop.refused("close_period", "--tenant", "delta", "--month", "2020-02")
