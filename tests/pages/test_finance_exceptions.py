import re

import pytest

from apps.reimbursement.models import CdrDecision
from apps.tenants.bridge import run_in_tenant
from tests.pages import people
from tests.pages.story import SCRIPT, at, close, october, tell, text_of
from tests.parties.finance import lines

pytestmark = pytest.mark.usefixtures("bare")


def paths(story):
    """Return the addresses of the open exceptions, in the order of the list."""
    text = text_of(story.carla.client.get("/finance/exceptions/", follow=True))
    return list(dict.fromkeys(re.findall(r'href="(/finance/exceptions/\d+/)"', text)))


def decisions():
    return run_in_tenant(
        "beta", lambda: list(CdrDecision.objects.values_list("choice", "reason", "decided_by"))
    )


def test_an_exception_is_one_sentence_an_amount_and_a_suggestion():
    story = tell()
    october(story)
    with at():
        blocked, review = paths(story)
        text = text_of(story.carla.get(review))
        assert "Deze sessie is uit losse metingen samengesteld" in text
        assert "€ 5,92 goedkeuren" in text
        assert "Voorstel" in text
        blocked_text = text_of(story.carla.get(blocked))
    assert "De eindstand is lager dan de beginstand" in blocked_text
    assert "geen bedrag" in blocked_text
    assert 'value="pay"' not in blocked_text
    assert "klasse E wordt nooit betaald" in blocked_text


def test_approving_needs_a_reason_and_pays_in_the_next_statement():
    story = tell()
    october(story)
    with at():
        _, review = paths(story)
        refused = text_of(story.carla.post(review, {"choice": "pay", "reason": " "}))
        assert "Er is nog niets besloten" in refused
        assert decisions() == []
        answer = story.carla.post(review, {"choice": "pay", "reason": "Stand sluit aan"})
        assert answer.status_code == 302
    assert decisions() == [("pay", "Stand sluit aan", "Finance")]
    close("beta")
    assert len(lines()) == 4


def test_grade_e_is_never_paid_whatever_is_posted():
    story = tell()
    october(story)
    with at():
        blocked, _ = paths(story)
        text = text_of(story.carla.post(blocked, {"choice": "pay", "reason": "Toch betalen"}))
    assert "Klasse E wordt nooit betaald" in text
    assert decisions() == []


def test_what_was_declined_does_not_come_back():
    story = tell()
    october(story)
    with at():
        blocked, review = paths(story)
        story.carla.post(blocked, {"choice": "decline", "reason": "Meter gewisseld"})
        assert paths(story) == [review]
        assert story.carla.get(blocked).status_code == 404


def test_a_reason_is_shown_as_text():
    story = tell(f"Bas {SCRIPT}")
    october(story)
    with at():
        _, review = paths(story)
        story.carla.post(review, {"choice": "pay", "reason": SCRIPT})
        text = text_of(story.carla.client.get("/finance/exceptions/", follow=True))
    assert SCRIPT not in text
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in text


def test_an_auditor_reads_exceptions_and_decides_nothing():
    story = tell()
    october(story)
    auditor = people.make("auditor", "beta")
    with at():
        _, review = paths(story)
        assert "Jouw rol leest mee" in text_of(auditor.get(review))
        answer = auditor.post(review, {"choice": "pay", "reason": "Ik mag dit niet"})
    assert answer.status_code == 403
    assert decisions() == []


def test_without_exceptions_the_page_says_so():
    story = tell()
    with at():
        assert "Niemand hoeft iets te besluiten" in text_of(story.carla.get("/finance/exceptions/"))
        assert story.carla.get("/finance/exceptions/999999/").status_code == 404
