import uuid
from types import SimpleNamespace

import pytest

from apps.api.bodies import BODIES
from apps.api.constants import MAX_WAIT_SECONDS
from apps.audit.models import AuditEntry
from apps.core import clock
from apps.stations.commands import list_kinds
from apps.stations.models import Command
from apps.stations.operations import record_answer
from tests.api.conftest import add_station

START = {"evse": 1, "token": "04A1B2C3D4E5F6"}


def test_every_kind_of_command_has_a_described_body():
    assert sorted(BODIES) == list_kinds()


@pytest.mark.parametrize(
    ("kind", "body", "kept"),
    [
        ("start-charging", START, {**START, "connector": 1}),
        ("start-charging", {**START, "connector": 2}, {**START, "connector": 2}),
        ("stop-charging", {"transaction_id": 17}, {"transaction_id": "17"}),
        ("stop-charging", {"transaction_id": "a-7"}, {"transaction_id": "a-7"}),
        ("reset", {"type": "hard"}, {"type": "hard"}),
    ],
)
def test_a_command_becomes_a_row_that_is_told(api, kind, body, kept):
    add_station("Box 1")
    answer = api("operate").post(f"/stations/box%201/commands/{kind}", body)
    row = Command.objects.get()
    data = answer.json()["data"]
    assert answer.status_code == 202
    assert (data["id"], data["kind"], data["state"]) == (str(row.uid), kind, "queued")
    assert (data["station"], data["response"]) == ("Box 1", None)
    assert row.args == kept
    assert (row.channel, row.requested_by) == ("api", "of alfa")
    assert AuditEntry.objects.filter(action="stations.command.request", channel="api").exists()


def test_a_card_in_a_command_is_shown_masked(api):
    add_station("box")
    every = api("operate", "read")
    made = every.post("/stations/box/commands/start-charging", START)
    assert made.json()["data"]["args"]["token"] == "••••E5F6"
    read = every.get(f"/commands/{made.json()['data']['id']}")
    assert read.json()["data"] == made.json()["data"]
    assert START["token"] not in read.content.decode()


def test_an_answered_command_is_a_200_with_the_answer(api):
    add_station("box")
    operator, key = api("operate"), {"Idempotency-Key": "reset-1"}
    first = operator.post("/stations/box/commands/reset?wait=0", {"type": "soft"}, **key)
    record_answer(
        command_id=Command.objects.get().pk,
        state="rejected",
        response={"status": "Rejected"},
        now=clock.now(),
    )
    again = operator.post("/stations/box/commands/reset?wait=30", {"type": "soft"}, **key)
    assert (first.status_code, again.status_code) == (202, 200)
    assert again.json()["data"]["id"] == first.json()["data"]["id"]
    assert again.json()["data"]["state"] == "rejected"
    assert again.json()["data"]["response"] == {"status": "Rejected"}
    assert Command.objects.count() == 1


@pytest.mark.parametrize(
    ("kind", "body", "field"),
    [
        ("start-charging", {}, "evse"),
        ("start-charging", {"evse": 1}, "token"),
        ("start-charging", {**START, "evse": 0}, "evse"),
        ("start-charging", {**START, "evse": "x"}, "evse"),
        ("start-charging", {**START, "evse": True}, "evse"),
        ("start-charging", {**START, "evse": 2**70}, "evse"),
        ("start-charging", {**START, "connector": -1}, "connector"),
        ("start-charging", {**START, "token": "a\u0000"}, "token"),
        ("start-charging", {**START, "token": "\udfff"}, "token"),
        ("start-charging", {**START, "idTag": "x"}, "idTag"),
        ("stop-charging", {"transaction_id": None}, "transaction_id"),
        ("stop-charging", {"transaction_id": 1.5}, "transaction_id"),
        ("stop-charging", {"transaction_id": True}, "transaction_id"),
        ("stop-charging", {"transaction_id": 10**40}, "transaction_id"),
        ("stop-charging", {"transaction_id": "a\u0000"}, "transaction_id"),
        ("reset", {"type": "medium"}, "type"),
        ("reset", {"type": ["soft"]}, "type"),
        ("reset", [], ""),
    ],
)
def test_a_bad_body_names_the_field_and_orders_nothing(api, kind, body, field):
    add_station("box")
    answer = api("operate").post(f"/stations/box/commands/{kind}", body)
    assert answer.status_code == 422, answer.content
    assert answer.json()["errors"][0]["field"] == field
    assert not Command.objects.exists()


@pytest.mark.parametrize("wait", ["-1", "x", "nan", "1.5", ""])
def test_a_bad_wait_is_named(api, wait):
    add_station("box")
    answer = api("operate").post(f"/stations/box/commands/reset?wait={wait}", {"type": "soft"})
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["field"] == "wait"


def test_what_is_unknown_is_a_404(api):
    add_station("box")
    every = api("operate", "read")
    assert every.post("/stations/box/commands/explode", {}).status_code == 404
    assert every.post("/stations/none/commands/reset", {"type": "soft"}).status_code == 404
    assert every.get(f"/commands/{uuid.uuid4()}").status_code == 404


def test_reading_does_not_allow_to_operate(api):
    add_station("box")
    answer = api("read", "finance").post("/stations/box/commands/reset", {"type": "soft"})
    assert answer.status_code == 403
    assert not Command.objects.exists()


@pytest.mark.parametrize(
    ("asked", "after"), [(0, 0), (1, 1), (10 * MAX_WAIT_SECONDS, MAX_WAIT_SECONDS)]
)
def test_waiting_ends_at_the_seconds_asked_and_never_later_than_the_most(
    api, monkeypatch, asked, after
):
    """On a clock that only sleeping moves."""
    passed: list[float] = []
    slept = SimpleNamespace(monotonic=lambda: sum(passed), sleep=passed.append)
    monkeypatch.setattr("apps.api.views.stations.time", slept)
    add_station("box")
    answer = api("operate").post(f"/stations/box/commands/reset?wait={asked}", {"type": "soft"})
    assert answer.status_code == 202
    assert sum(passed) == pytest.approx(after)
