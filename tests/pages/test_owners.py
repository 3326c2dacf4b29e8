import re

import pytest

from apps.accounts.models import AccessGrant, PayerLink
from apps.accounts.operations import invite_payer
from apps.tenants.bridge import run_in_tenant
from tests.pages import people
from tests.pages.story import HIS, NOVEMBER, SCRIPT, T0, at, october, own, tell, text_of
from tests.parties.house import build

pytestmark = pytest.mark.usefixtures("bare")


def home(story):
    return f"/own/{story.house.site_uid}/"


def invited(story, card="04FFEE2211"):
    return run_in_tenant(
        "beta", invite_payer, employee_id=story.bas.id, tokens=[card], now=NOVEMBER
    )[1]


def states():
    return run_in_tenant(
        "beta", lambda: list(PayerLink.objects.order_by("pk").values_list("state", flat=True))
    )


def test_an_owner_reads_energy_payers_and_guests_but_no_amount_and_no_employee():
    story = tell("Bas Terpstra-QXZW")
    october(story)
    with at():
        text = text_of(story.dirk.client.get("/own/", follow=True))
    assert "107" in text
    assert ">Beta<" in re.sub(r"\s+", "", text)
    assert "€" not in text
    assert HIS.casefold() not in text.casefold()


def test_an_owner_admits_a_payer_by_code():
    story = tell()
    with at():
        answer = story.dirk.post(f"{home(story)}admit/", {"invite": invited(story).lower()})
        assert answer.status_code == 302
        assert "De betaler is toegelaten" in text_of(story.dirk.get(home(story)))
    assert states()[-1] == "active"


@pytest.mark.parametrize("code", ["", "AAAA-BBBB-CCCC", SCRIPT])
def test_a_wrong_code_says_what_to_do_and_admits_nobody(code):
    story = tell()
    before = states()
    with at():
        text = text_of(story.dirk.post(f"{home(story)}admit/", {"invite": code}))
    assert "De betaler is nog niet toegelaten" in text
    assert SCRIPT not in text
    assert states() == before


def test_a_card_that_somebody_pays_for_is_not_admitted_twice():
    story = tell()
    with at():
        text = text_of(
            story.dirk.post(f"{home(story)}admit/", {"invite": invited(story, card=HIS)})
        )
    assert "betaalt op deze locatie al een ander" in text
    assert states()[-1] == "pending"


def test_a_payer_is_ended_after_saying_what_that_means():
    story = tell()
    path = f"{home(story)}payers/{story.house.links['beta']}/end/"
    with at():
        assert "laden hier dan niet meer" in text_of(story.dirk.get(path))
        assert states() == ["active", "active"]
        story.dirk.post(path)
        assert story.dirk.post(path).status_code == 404
        assert "gestopt" in text_of(story.dirk.get(home(story)))
    assert states() == ["ended", "active"]


def test_two_payers_of_one_organisation_are_told_apart_by_their_cards():
    story = tell()
    october(story)
    with at():
        story.dirk.post(f"{home(story)}admit/", {"invite": invited(story)})
        text = " ".join(re.sub(r"<[^>]+>", " ", text_of(story.dirk.get(home(story)))).split())
        assert "Beta pas ••••QWZX" in text
        assert "Beta 1 pas die nog niet laadde" in text
        path = f"{home(story)}payers/{story.house.links['beta']}/end/"
        assert "pas ••••QWZX" in text_of(story.dirk.get(path))
        said = text_of(story.dirk.post(path, follow=True))
    assert "Beta betaalt hier niet meer voor pas ••••QWZX." in said


def assert_installer_reads(words, story):
    """The pages of the installer say it with the owner's words."""
    anna = people.make("installer", "alfa")
    for path in (f"/sites/{story.house.site_uid}/", f"/stations/{story.house.identity}/"):
        assert words in text_of(anna.get(path)), path


def test_access_is_given_with_a_reason_and_taken_away():
    story = tell()
    guest = people.make_without_role("alfa")
    data = {"email": guest.email, "level": "2", "until": "2026-11-09", "reason": SCRIPT}
    with at():
        story.dirk.post(f"{home(story)}access/new/", data)
        text = text_of(story.dirk.get(home(story)))
        assert "t/m ma 9 nov" in text
        assert SCRIPT not in text
        assert_installer_reads("t/m ma 9 nov", story)
        (path,) = re.findall(r'href="(/own/[\w-]+/access/\d+/revoke/)"', text)
        assert "ziet deze persoon niets meer" in text_of(story.dirk.get(path))
        story.dirk.post(path)
        assert story.dirk.get(path).status_code == 404
    ended = run_in_tenant("alfa", lambda: AccessGrant.objects.get().ended_at)
    assert ended == NOVEMBER


def test_the_owner_is_in_the_list_of_who_can_come_near():
    story = tell()
    with at():
        text = text_of(story.dirk.get(home(story)))
        assert_installer_reads(">Dirk Wolda<", story)
    (people_near,) = re.findall(r'aria-labelledby="grants">(.*?)</table>', text, re.DOTALL)
    assert "Dirk Wolda" in people_near
    assert "eigenaar van de locatie" in people_near


@pytest.mark.parametrize(
    ("data", "said"),
    [
        ({}, "Schrijf waarom deze persoon toegang nodig heeft"),
        ({"email": "x", "level": "2", "reason": "r"}, "Dit is geen e-mailadres"),
        ({"email": "niemand@voorbeeld.example", "level": "2", "reason": "r"}, "nog geen account"),
        ({"email": "a@b.nl", "level": "9", "reason": "r"}, "Kies een niveau"),
        ({"email": "a@b.nl", "level": "2", "reason": "r", "until": "2020-01-01"}, "is voorbij"),
    ],
)
def test_wrong_access_says_what_to_do_and_gives_nothing(data, said):
    story = tell()
    with at():
        assert said in text_of(story.dirk.post(f"{home(story)}access/new/", data))
    assert run_in_tenant("alfa", AccessGrant.objects.count) == 0


def test_somebody_else_s_site_is_a_404_and_without_the_right_a_403():
    story = tell()
    installer = people.make("installer", "alfa")
    other = f"/own/{T0:%Y}0000-0000-4000-8000-000000000001/"
    for path in (home(story), f"{home(story)}admit/", f"{home(story)}access/new/"):
        assert installer.get(path).status_code == 403
    assert story.dirk.get(other).status_code == 404
    link = f"{home(story)}payers/{other.split('/')[2]}/end/"
    assert story.dirk.get(link).status_code == 404
    assert story.dirk.post(f"{home(story)}access/999999/revoke/").status_code == 404


def test_build_and_own_stand_for_a_person_without_any_role(bare):
    dirk = own(build("HOME9"))
    with at():
        assert dirk.get("/").status_code == 302
        assert dirk.get("/finance/").status_code == 403
