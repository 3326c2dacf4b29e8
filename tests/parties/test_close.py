"""The month close: what is paid and what waits."""

import datetime as dt

import pytest

from apps.audit.actor import Actor, acting
from apps.audit.models import AuditEntry
from apps.cdrs import operations as cdrs
from apps.cdrs.models import ReceivedCdr
from apps.core import binding
from apps.core.refused import NotFound, Refused
from apps.reimbursement import operations
from apps.reimbursement.models import (
    Agreement,
    GradePolicy,
    Statement,
    StatementLine,
)
from apps.reimbursement.operations.closing import close_agreement
from apps.tenants.bridge import run_in_tenant
from tests.parties.finance import (
    CARLA,
    DAY,
    D,
    decide,
    doubtful,
    exceptions,
    lines,
    pay,
)
from tests.parties.house import NOV, NOVEMBER, OCT, T0, close


def test_a_month_is_closed_once_whatever_is_asked(house):
    pay(house)
    first = close("beta")
    assert (first.state, first.statements, first.amount) == ("closed", 1, D("3.00"))
    assert close("beta") == first
    assert lines() == [("regular", D("3.00"))]
    numbers = run_in_tenant("beta", lambda: list(Statement.objects.values_list("number")))
    assert numbers == [("VS-2026-10-0001",)]


def test_two_closes_of_one_agreement_make_one_statement_though_a_record_came_between(house):
    pay(house)
    close("beta")
    pay(house, at=T0 + dt.timedelta(days=2))
    again = run_in_tenant(
        "beta",
        close_agreement,
        agreement_id=house.agreements["beta"],
        month=OCT,
        now=NOVEMBER,
    )
    assert again == ""
    assert lines() == [("regular", D("3.00"))]


def test_a_month_that_is_not_over_is_not_closed(house):
    pay(house)
    for moment in (T0, dt.datetime(2026, 10, 31, 22, 59, tzinfo=dt.UTC)):
        with pytest.raises(Refused) as caught:
            close("beta", now=moment)
        assert caught.value.reason == "month_not_over"
    assert close("beta", now=dt.datetime(2026, 10, 31, 23, tzinfo=dt.UTC)).statements == 1


def test_nobody_asked_for_this_close(house):
    with binding.bound("beta"), pytest.raises(NotFound):
        operations.close_month(month=OCT, now=NOVEMBER)


def test_a_later_month_takes_an_earlier_one_with_it(house):
    pay(house)
    close("beta", NOV)
    assert lines(NOV) == [("late", D("3.00"))]
    with pytest.raises(Refused) as caught:
        close("beta", OCT)
    assert caught.value.reason == "later_month_closed"


def test_months_that_were_asked_for_are_closed_in_their_order(house):
    pay(house)
    pay(house, at=T0 + 40 * DAY)
    december = dt.datetime(2026, 12, 5, tzinfo=dt.UTC)
    for month in (NOV, OCT):
        run_in_tenant("beta", operations.request_close, month=month, now=december)
    with binding.bound("beta"):
        operations.close_month(month=NOV, now=december)
    assert (lines(OCT), lines(NOV)) == ([("regular", D("3.00"))], [("regular", D("3.00"))])


def test_a_session_over_midnight_belongs_to_the_month_of_its_end_at_the_site(house):
    eve = dt.datetime(2026, 10, 31, 21, tzinfo=dt.UTC)  # 22:00 in Amsterdam
    pay(house, at=eve, hours=1.9)  # until 23:54
    pay(house, at=eve + dt.timedelta(hours=2), hours=1)  # over in November
    close("beta")
    assert lines() == [("regular", D("3.00"))]
    close("beta", NOV)
    assert lines(NOV) == [("regular", D("3.00"))]


LATE_ON_14 = dt.datetime(2026, 10, 14, 21, tzinfo=dt.UTC)  # 23:00 in Amsterdam


def change_rate(house):
    with acting(CARLA):
        run_in_tenant(
            "beta",
            operations.add_rate,
            agreement_id=house.agreements["beta"],
            valid_from=dt.date(2026, 10, 15),
            rate_eur_per_kwh=D("0.40"),
            untaxed_up_to=D("0.35"),
            source="leverancierscontract",
            now=T0,
        )


def test_a_rate_that_changes_between_far_readings_waits_for_a_person(house):
    change_rate(house)
    pay(house, at=LATE_ON_14, hours=2, readings=((0.5, 2000), (1.5, 9000)))
    close("beta")
    assert (lines(), exceptions()) == ([], ["grade_D"])
    decide("pay")
    close("beta", NOV)
    (line,) = run_in_tenant("beta", lambda: list(StatementLine.objects.values()))
    assert (line["grade"], line["reasons"]) == ("D", ["INTERPOLATED"])
    assert [(p["wh"], p["version"]) for p in line["parts"]] == [
        ("5500.000", "1"),
        ("4500.000", "2"),
    ]


def test_a_night_between_far_readings_at_one_rate_is_paid_unasked(house):
    pay(house, at=LATE_ON_14, hours=2)
    close("beta")
    assert (lines(), exceptions()) == ([("regular", D("3.00"))], [])


def test_a_rate_that_changes_at_local_midnight_splits_the_line(house):
    change_rate(house)
    pay(house, at=LATE_ON_14, hours=2, readings=((0.5, 2000), (1, 6000), (1.5, 9000)))
    close("beta")
    line = run_in_tenant("beta", lambda: StatementLine.objects.values().get())
    assert [(p["wh"], p["version"], D(p["exact"]), p["amount"]) for p in line["parts"]] == [
        ("6000.000", "1", D("1.8"), "1.80"),
        ("4000.000", "2", D("1.6"), "1.60"),
    ]
    assert line["parts"][0]["to"] == line["parts"][1]["from"] == "2026-10-14T22:00:00+00:00"
    assert (line["amount"], line["untaxed_amount"], line["taxable_amount"]) == (
        D("3.40"),
        D("3.20"),
        D("0.20"),
    )


def test_a_late_session_is_a_line_of_the_next_period(house):
    pay(house)
    close("beta")
    pay(house, at=T0 + 20 * DAY)
    close("beta")
    assert len(lines()) == 1
    close("beta", NOV)
    assert lines(NOV) == [("late", D("3.00"))]


def test_a_doubtful_session_waits_for_a_person_and_is_then_paid_with_their_name(house):
    doubtful(house)
    assert close("beta").statements == 0
    assert exceptions() == ["grade_D"]
    decide("pay")
    closed = close("beta", NOV)
    assert (closed.amount, closed.exceptions) == (D("3.00"), 0)
    row = run_in_tenant(
        "beta",
        lambda: StatementLine.objects.values_list(
            "grade", "cdr__decision__decided_by", "cdr__decision__reason"
        ).get(),
    )
    assert row == ("D", "Carla Noordhoek", "Foto van de meterstand gezien")
    entry = run_in_tenant(
        "beta",
        lambda: AuditEntry.objects.values("actor_name", "after").get(
            action="reimbursement.exception.decided"
        ),
    )
    assert entry["actor_name"] == "Carla Noordhoek"


def test_a_declined_session_does_not_come_back(house):
    doubtful(house)
    close("beta")
    decide("decline")
    assert exceptions() == []
    assert close("beta", NOV).exceptions == 0
    with pytest.raises(Refused) as caught:
        decide("pay")
    assert caught.value.reason == "decided_before"


@pytest.mark.parametrize(
    ("choice", "reason", "who", "refusal"),
    [
        ("maybe", "x", CARLA, "choice_unknown"),
        ("pay", "  ", CARLA, "reason_empty"),
        ("pay", "x", Actor(channel="page"), "person_missing"),
    ],
)
def test_a_decision_needs_a_choice_a_reason_and_a_person(house, choice, reason, who, refusal):
    doubtful(house)
    with pytest.raises(Refused) as caught:
        decide(choice, reason, who=who)
    assert caught.value.reason == refusal


def test_nobody_can_pay_an_e_or_decide_on_what_is_settled(house):
    pay(house, wh=-500)
    assert close("beta").statements == 0
    assert exceptions() == ["grade_E"]
    with pytest.raises(Refused) as caught:
        decide("pay")
    assert caught.value.reason == "grade_e"
    pay(house, at=T0 + DAY)
    close("beta", NOV)
    with pytest.raises(Refused) as caught:
        decide("decline", n=1)
    assert caught.value.reason == "settled_already"
    with binding.bound("beta"), pytest.raises(NotFound):
        operations.decide(cdr_pk=999_999, choice="pay", reason="x", now=NOVEMBER)


def test_without_an_agreement_or_a_rate_a_session_waits_and_the_others_go_on(house):
    run_in_tenant(
        "beta",
        operations.end_agreement,
        agreement_id=house.agreements["beta"],
        until=dt.date(2026, 10, 5),
    )
    pay(house)
    pay(house, at=T0 + 10 * DAY)
    closed = close("beta")
    assert (closed.amount, closed.exceptions) == (D("3.00"), 1)
    assert exceptions() == ["no_agreement"]
    later = run_in_tenant(
        "beta",
        operations.agree,
        link_uid=house.links["beta"],
        valid_from=dt.date(2026, 10, 5),
        rate_eur_per_kwh=D("0.20"),
        now=NOVEMBER,
    )
    assert later != house.agreements["beta"]
    assert close("beta", NOV).amount == D("2.00")
    assert exceptions() == []


def test_the_agreement_of_the_start_pays(house):
    run_in_tenant(
        "beta",
        operations.end_agreement,
        agreement_id=house.agreements["beta"],
        until=dt.date(2026, 10, 6),
    )
    pay(house, at=dt.datetime(2026, 10, 5, 21, tzinfo=dt.UTC), hours=3)  # ends on the 6th
    assert close("beta").amount == D("3.00")


def test_an_agreement_may_ask_for_better_grades_only(house):
    run_in_tenant("beta", lambda: Agreement.objects.update(minimum_grade="A"))
    pay(house)
    close("beta")
    assert exceptions() == ["grade_B"]


def test_a_policy_rules_from_its_first_day_on(house):
    pay(house)

    def stricter():
        GradePolicy.objects.create(
            country="NL", purpose="reimbursement", valid_from=NOV, payable_grades="A"
        )

    run_in_tenant("beta", stricter)
    assert close("beta").amount == D("3.00")
    pay(house, at=T0 + dt.timedelta(days=31))
    close("beta", NOV, dt.datetime(2026, 12, 2, 9, tzinfo=dt.UTC))
    assert exceptions() == ["grade_B"]


def test_a_country_without_a_policy_pays_nothing_until_it_has_one(house):
    pay(house)

    def country(body):
        return {**body, "id": "be", "site": {**body["site"], "country": "FR"}}

    body = run_in_tenant("beta", lambda: ReceivedCdr.objects.get().body)
    moved = {**country(body), "begin": {**body["begin"], "wh": "90000"}}
    moved["end"] = {**body["end"], "wh": "100000"}
    run_in_tenant("beta", cdrs.receive_cdr, body=moved, now=NOVEMBER)
    close("beta")
    assert exceptions() == ["no_policy"]
    run_in_tenant(
        "beta",
        lambda: (
            GradePolicy.objects.create(
                country="FR", purpose="reimbursement", valid_from=OCT, payable_grades="AB"
            ).pk
        ),
    )
    assert close("beta", NOV).amount == D("3.00")
