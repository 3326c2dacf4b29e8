"""What an installer orders from the page of a station."""

import re

import pytest

from apps.cards.operations import create_id_token
from apps.dashboard.installers import timeline
from apps.stations.commands import list_kinds
from apps.stations.models import Command
from tests.pages import people
from tests.pages.estate import make_session, make_station
from tests.pages.test_installer_pages import TOKEN, page


@pytest.fixture
def anna(alfa):
    return people.make("installer")


def test_a_running_session_can_be_ended_and_started_from_the_page(anna):
    station = make_station("PAAL-2", state="occupied", charging="charging")
    session = make_session(station, ended=False)
    card = create_id_token(token="04FE0012AB7733", label="Eva")
    text = page(anna, "/stations/PAAL-2/")
    assert "Sessie beëindigen" in text
    assert TOKEN not in text
    anna.post(
        "/stations/PAAL-2/commands/stop-charging/", {"transaction_id": session.transaction_id}
    )
    anna.post("/stations/PAAL-2/commands/start-charging/", {"connector": "1.1", "card": str(card)})
    anna.post("/stations/PAAL-2/commands/reset/", {"type": "hard"})
    rows = list(Command.objects.order_by("pk").values_list("kind", "args", "channel"))
    assert rows == [
        ("stop-charging", {"transaction_id": session.transaction_id}, "page"),
        ("start-charging", {"evse": 1, "connector": 1, "token": "04FE0012AB7733"}, "page"),
        ("reset", {"type": "hard"}, "page"),
    ]
    assert "In wachtrij" in page(anna, "/stations/PAAL-2/commands/")


def test_a_busy_card_and_a_busy_connector_are_not_offered_for_a_start(anna):
    station = make_station("PAAL-5", state="occupied", charging="charging")
    make_session(station, ended=False)
    card = create_id_token(token=TOKEN, label="Bas")
    text = " ".join(page(anna, "/stations/PAAL-5/").split())
    assert re.search(rf'<option value="{card}" disabled> ••••2091 Bas \(laadt nu\)', text)
    assert re.search(r'<option value="1\.1" disabled>', text)
    anna.post("/stations/PAAL-5/commands/start-charging/", {"connector": "1.1", "card": str(card)})
    assert "Deze pas laadt al" in page(anna, "/stations/PAAL-5/")
    assert not Command.objects.exists()


def test_a_refused_start_that_charges_all_the_same_can_be_ended(anna):
    """Found by a person: the connector charged, and the page gave neither word nor button."""
    refused = {"state": "refused", "auth_status": "ConcurrentTx", "flags": ["UNAUTHORISED"]}
    station = make_station("PAAL-6", state="occupied", charging="charging")
    session = make_session(station, ended=False, **refused)
    text = page(anna, "/stations/PAAL-6/")
    assert "De start is geweigerd, maar de paal laadt toch." in text
    assert f'value="{session.transaction_id}"' in text
    make_session(make_station("PAAL-7"), ended=False, **refused)
    assert "laadt toch" not in page(anna, "/stations/PAAL-7/")


def test_a_refused_start_stays_one_after_its_energy_was_settled(anna):
    station = make_station("PAAL-8")
    flags = {"auth_status": "Invalid", "flags": ["UNAUTHORISED"], "state": "settled"}
    session = make_session(station, **flags)
    for path in ("/stations/PAAL-8/", f"/sessions/{session.uid}/"):
        assert "eweigerd" in page(anna, path)
    assert "fgerekend" not in page(anna, f"/sessions/{session.uid}/")


def test_a_command_needs_a_post(anna):
    make_station("PAAL-3")
    assert anna.get("/stations/PAAL-3/commands/reset/").status_code == 405
    assert not Command.objects.exists()


def test_an_unknown_card_or_kind_is_refused_in_words(anna):
    make_station("PAAL-4")
    answer = anna.post("/stations/PAAL-4/commands/start-charging/", {"connector": "1.1"})
    assert answer.status_code == 302
    assert "Kies een pas" in page(anna, "/stations/PAAL-4/")
    assert anna.post("/stations/PAAL-4/commands/explode/").status_code in {302, 404}
    assert not Command.objects.exists()


@pytest.mark.parametrize(
    ("kind", "remedy"),
    [
        ("start-charging", "haal dan de stekker los"),
        ("stop-charging", "stop haar dan bij de paal"),
        ("reset", "stop die eerst"),
    ],
)
def test_a_refusal_of_the_station_says_what_to_do_about_it(kind, remedy):
    assert remedy in timeline.command_fact(Command(kind=kind, state="rejected", pk=1)).says


@pytest.mark.parametrize(
    ("kind", "sent", "args"),
    [
        ("unlock", {"evse": "1"}, {"evse": 1, "connector": 1}),
        ("set-availability", {"operative": "false"}, {"operative": False}),
        ("set-availability", {"evse": "1", "operative": "true"}, {"evse": 1, "operative": True}),
        ("trigger", {"message": "Heartbeat"}, {"message": "Heartbeat"}),
        ("clear-cache", {}, {}),
    ],
)
def test_the_tab_of_commands_gives_each_of_its_commands(anna, kind, sent, args):
    make_station("PAAL-1")
    text = page(anna, "/stations/PAAL-1/commands/")
    assert f"/stations/PAAL-1/commands/{kind}/" in text
    answer = anna.post(f"/stations/PAAL-1/commands/{kind}/", sent)
    assert answer.headers["Location"] == "/stations/PAAL-1/commands/"
    row = Command.objects.get()
    assert (row.kind, row.args, row.channel) == (kind, args, "page")
    assert timeline.command_fact(row).title != kind  # it has a name of its own


@pytest.mark.parametrize(
    ("kind", "sent"),
    [
        ("unlock", {"evse": "x"}),
        ("set-availability", {"operative": "maybe"}),
        ("trigger", {"message": "Reboot"}),
        ("reset", {}),
    ],
)
def test_a_form_that_was_bent_orders_nothing(anna, kind, sent):
    make_station("PAAL-1")
    answer = anna.post(f"/stations/PAAL-1/commands/{kind}/", sent, follow=True)
    assert answer.status_code == 200
    assert "lb-toast" in answer.content.decode() or "lb-notice" in answer.content.decode()
    assert not Command.objects.exists()


def test_every_kind_of_command_has_a_name_of_its_own():
    for kind in list_kinds():
        assert timeline.command_fact(Command(kind=kind, state="queued", pk=1)).title != kind
