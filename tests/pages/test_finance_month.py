import datetime as dt
import re
from decimal import Decimal

import pytest

from apps.audit.models import AuditEntry
from apps.reimbursement.models import MonthClose, Statement
from apps.tenants.bridge import run_in_tenant
from tests.pages import people
from tests.pages.story import NOVEMBER, T0, at, close, october, tell, text_of
from tests.parties.finance import pay

MONTH = "/finance/months/2026-10/"
pytestmark = pytest.mark.usefixtures("bare")


def sums(schema="beta"):
    return run_in_tenant(
        schema, lambda: list(Statement.objects.order_by("number").values_list("number", "amount"))
    )


def test_a_month_stands_in_three_lanes_and_blocked_has_no_euro():
    story = tell()
    october(story)
    with at():
        text = text_of(story.carla.get(MONTH))
    lanes = re.findall(r'<div class="lb-v[^"]*">(.*?)</div>', text, re.DOTALL)
    words = [re.sub(r"<[^>]+>|\s+", " ", lane).strip() for lane in lanes]
    assert words[:3] == ["€ 24,87", "€ 5,92", "nog geen bedrag"]
    assert "€ 30,79" in words[3]
    assert 'class="lb-provisional"' in lanes[3]
    assert "lb-final" not in text


def test_the_one_filled_button_is_the_next_thing_to_do():
    story = tell()
    october(story)
    with at():
        text = text_of(story.carla.get(MONTH))
        filled = re.findall(r'<a class="btn btn-primary"\s+href="([^"]+)"', text)
        assert filled == ["/finance/exceptions/"]
        empty = text_of(story.carla.get("/finance/months/2026-09/"))
    assert re.findall(r'<a class="btn btn-primary"\s+href="([^"]+)"', empty) == [
        "/finance/months/2026-09/close/"
    ]


def test_closing_names_the_consequence_and_leaves_the_work_to_a_worker():
    story = tell()
    october(story)
    with at():
        asked = text_of(story.carla.get(f"{MONTH}close/"))
        assert "verandert dit bedrag nooit meer" in asked
        assert "2 sessies gaan niet mee" in asked
        answer = story.carla.post(f"{MONTH}close/", follow=True)
        assert "Wordt gesloten" in text_of(answer)
    state = run_in_tenant(
        "beta", lambda: list(MonthClose.objects.values_list("state", "requested_by"))
    )
    assert state == [("requested", "Finance")]


def test_a_closed_month_stands_on_the_double_rule_with_the_cents_of_its_statements():
    story = tell()
    october(story)
    with at():
        story.carla.post(f"{MONTH}close/")
    close("beta")
    with at(NOVEMBER + dt.timedelta(days=5)):
        text = text_of(story.carla.get(MONTH))
    ((number, amount),) = sums()
    assert amount == Decimal("24.87")
    assert '<span class="lb-final">€ 24,87</span>' in text
    assert number in text
    assert "aangevraagd door Finance" in text
    assert "lb-provisional" not in text


def test_a_month_that_still_runs_cannot_be_closed_and_says_why():
    story = tell()
    pay(story.house, at=T0)
    with at(dt.datetime(2026, 10, 20, tzinfo=dt.UTC)):
        text = text_of(story.carla.get(MONTH))
        assert 'aria-disabled="true"' in text
        assert "Kan zodra oktober 2026 voorbij is" in text
        answer = story.carla.post(f"{MONTH}close/", follow=True)
    assert "nog niet voorbij" in text_of(answer)
    assert run_in_tenant("beta", MonthClose.objects.count) == 0


def test_an_auditor_reads_the_month_and_changes_nothing():
    story = tell()
    october(story)
    auditor = people.make("auditor", "beta")
    with at():
        text = text_of(auditor.get(MONTH))
        assert "Jouw rol leest mee" in text
        for path in (f"{MONTH}close/", "/finance/invite/", "/finance/agreements/1/rates/new/"):
            assert auditor.get(path).status_code in {403, 404}
        assert auditor.post(f"{MONTH}close/").status_code == 403
    assert run_in_tenant("beta", MonthClose.objects.count) == 0


@pytest.mark.parametrize("role", ["employee", "installer", "operator"])
def test_without_the_role_the_answer_is_403_and_says_who_can_grant_it(role):
    story = tell()
    person = people.make(role, "beta")
    for path in ("/finance/", MONTH, "/finance/statements/", "/finance/agreements/"):
        answer = person.get(path)
        assert answer.status_code == 403, path
        assert "beheerder" in answer.content.decode()
    assert story.bas.get(MONTH).status_code == 403


def test_finance_of_another_employer_sees_none_of_it():
    story = tell("Bas Terpstra-QXZW")
    october(story)
    close("beta")
    other = people.make("finance", "gamma")
    with at(NOVEMBER + dt.timedelta(days=5)):
        for path in (MONTH, "/finance/exceptions/", "/finance/statements/", "/finance/agreements/"):
            assert "QXZW" not in text_of(other.client.get(path, follow=True))
        assert other.get("/finance/statements/VS-2026-10-0001/").status_code == 404


def test_who_asked_for_the_close_is_in_the_audit_trail():
    story = tell()
    october(story)
    with at():
        story.carla.post(f"{MONTH}close/")
    entry = run_in_tenant(
        "beta",
        lambda: list(
            AuditEntry.objects.filter(action="reimbursement.month.close_requested").values_list(
                "actor_name", "channel"
            )
        ),
    )
    assert entry == [("Finance", "page")]
