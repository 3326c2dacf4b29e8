import re

import pytest

from apps.accounts.models import PayerLink
from apps.reimbursement.models import AgreementRate
from apps.tenants.bridge import run_in_tenant
from tests.pages.story import T0, at, close, tell, text_of
from tests.parties.finance import pay

pytestmark = pytest.mark.usefixtures("bare")


def rates():
    return run_in_tenant(
        "beta", lambda: [str(row.rate_eur_per_kwh) for row in AgreementRate.objects.all()]
    )


def path_of(story):
    return f"/finance/agreements/{story.house.agreements['beta']}/rates/new/"


def test_a_rate_is_added_from_a_date_on():
    story = tell()
    with at():
        answer = story.carla.post(
            path_of(story), {"valid_from": "2026-11-01", "rate": "0,295", "source": "Contract"}
        )
        assert answer.status_code == 302
        assert "€ 0,29500" in text_of(story.carla.get(answer["Location"]))
    assert rates() == ["0.30000", "0.29500"]


@pytest.mark.parametrize(
    ("data", "said"),
    [
        ({"valid_from": "2026-11-01", "rate": "0.295"}, "Schrijf 0,295."),
        ({"valid_from": "2026-11-01", "rate": "veel"}, "Dit is geen tarief"),
        ({"valid_from": "2026-11-01", "rate": "99"}, "tussen 0 en 10 euro"),
        ({"valid_from": "2026-11-01", "rate": "NaN"}, "tussen 0 en 10 euro"),
        ({"valid_from": "2025-11-01", "rate": "0,30"}, "al een tarief"),
        ({"valid_from": "31 februari", "rate": "0,30"}, "Dit is geen datum"),
        ({}, "Vul het tarief per kWh in"),
    ],
)
def test_a_wrong_rate_says_what_to_write_and_changes_nothing(data, said):
    story = tell()
    with at():
        assert said in text_of(story.carla.post(path_of(story), data))
    assert rates() == ["0.30000"]


def test_a_date_in_a_closed_month_names_the_first_free_day():
    story = tell()
    pay(story.house, at=T0)
    close("beta")
    with at():
        text = text_of(
            story.carla.post(path_of(story), {"valid_from": "2026-10-15", "rate": "0,31"})
        )
    assert "oktober 2026 is gesloten" in text
    assert "Kies 1 nov 2026 of later" in text


def test_an_invitation_shows_its_code_once_and_leads_to_the_agreement():
    story = tell()
    with at():
        data = {"employee": story.bas.id, "tokens": "04AABBCC11\n 04AABBCC11 \n"}
        text = text_of(story.carla.post("/finance/invite/", data))
        (code,) = re.findall(r'class="lb-code">([A-Z2-9-]{14})<', text)
        listed = text_of(story.carla.get("/finance/agreements/"))
        assert code not in listed
        assert "Uitgenodigd." in listed
        (new,) = set(re.findall(r'href="(/finance/agreements/new/[\w-]+/)"', listed))
        made = story.carla.post(new, {"valid_from": "2026-11-01", "rate": "0,28"})
        assert made.status_code == 302
    pending = run_in_tenant("beta", PayerLink.objects.filter(state="pending").count)
    assert pending == 1


@pytest.mark.parametrize("data", [{}, {"employee": "999999", "tokens": "x"}, {"tokens": " \n "}])
def test_an_invitation_without_employee_or_card_is_not_made(data):
    story = tell()
    text = text_of(story.carla.post("/finance/invite/", data))
    assert "Er is nog niemand uitgenodigd" in text
    assert run_in_tenant("beta", PayerLink.objects.filter(state="pending").count) == 0
