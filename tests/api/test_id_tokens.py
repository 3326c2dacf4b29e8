import pytest

from apps.audit.models import AuditEntry
from apps.cards.models import IdToken
from apps.core import binding
from tests.api.conftest import Api, make_token

UID = "04A1B2C3D4E5F6"


def test_a_card_is_created_and_shown_masked(api):
    operator = api("operate", "read")
    made = operator.post("/id-tokens", {"token": UID, "label": "Bas"})
    row = made.json()["data"]
    assert made.status_code == 201
    assert made.headers["Location"] == f"/api/v1/id-tokens/{row['id']}"
    assert (row["token"], row["label"], row["blocked"]) == ("••••E5F6", "Bas", False)
    listed = operator.get("/id-tokens")
    assert listed.json()["data"] == [row]
    assert operator.get(f"/id-tokens/{row['id']}").json()["data"] == row
    assert UID.lower() not in listed.content.decode().lower()
    assert IdToken.objects.get().spelling == UID


def test_a_card_that_is_here_already_is_a_conflict(api):
    operator = api("operate")
    operator.post("/id-tokens", {"token": UID})
    again = operator.post("/id-tokens", {"token": UID.lower()})
    assert again.status_code == 409
    assert again.json()["errors"][0]["field"] == "token"


def test_a_card_of_another_tenant_can_be_made_here_too(client, api):
    with binding.bound("alfa"):
        api("operate").post("/id-tokens", {"token": UID})
    other = Api(client, "beta.localhost", make_token("beta", "operate", "read"))
    assert other.get("/id-tokens").json()["data"] == []


def test_blocking_is_idempotent_and_leaves_a_trail(api):
    operator = api("operate", "read")
    card = operator.post("/id-tokens", {"token": UID}).json()["data"]["id"]
    for verb, wanted in (("block", True), ("block", True), ("unblock", False)):
        answer = operator.post(f"/id-tokens/{card}/{verb}")
        assert answer.status_code == 200
        assert answer.json()["data"]["blocked"] is wanted
    trail = AuditEntry.objects.filter(subject=f"card:{card}").order_by("pk")
    assert [entry.action.rsplit(".", 1)[1] for entry in trail] == [
        "created",
        "blocked",
        "unblocked",
    ]
    assert {(entry.channel, entry.actor_name) for entry in trail} == {("api", "of alfa")}


def test_an_unknown_card_is_a_404_whatever_is_asked(api):
    every = api("operate", "read")
    for number in ("1", "999999999999999999", "9" * 40, "0", "x"):
        assert every.get(f"/id-tokens/{number}").status_code == 404
        assert every.post(f"/id-tokens/{number}/block").status_code == 404


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "token"),
        ({"token": ""}, "token"),
        ({"token": None}, "token"),
        ({"token": ["a"]}, "token"),
        ({"token": {"a": 1}}, "token"),
        ({"token": "x" * 37}, "token"),
        ({"token": "a\u0000b"}, "token"),
        ({"token": "\ud800"}, "token"),
        ({"token": "-- : -"}, "token"),
        ({"token": "a", "label": "x" * 81}, "label"),
        ({"token": "a", "email": "nobody@example.com"}, "email"),
        ({"token": "a", "valid_until": "soon"}, "valid_until"),
        ({"token": "a", "valid_until": "9999-12-31T23:59:59-12:00"}, "valid_until"),
        ({"token": "a", "valid_from": "0001-01-01T00:00:00+14:00"}, "valid_from"),
        ({"token": "a", "owner": 3}, "owner"),
        ([], ""),
        ('"text"', ""),
    ],
)
def test_a_bad_card_names_the_field(api, body, field):
    answer = api("operate").post("/id-tokens", body)
    assert answer.status_code == 422, answer.content
    assert answer.json()["errors"][0]["field"] == field
    assert IdToken.objects.count() == 0


def test_cards_are_listed_oldest_first(api):
    every = api("operate", "read")
    made = [every.post("/id-tokens", {"token": uid}).json()["data"] for uid in ("CC", "AA", "BB")]
    assert every.get("/id-tokens").json()["data"] == made


@pytest.mark.parametrize("body", ["[]", "false", "0", '""', '{"now": true}'])
def test_a_block_takes_no_body_but_an_empty_one(api, body):
    every = api("operate", "read")
    card = every.post("/id-tokens", {"token": UID}).json()["data"]["id"]
    assert every.post(f"/id-tokens/{card}/block", body).status_code == 422
    assert not IdToken.objects.get(pk=card).is_blocked
    assert every.post(f"/id-tokens/{card}/block", "").status_code == 200
    assert IdToken.objects.get(pk=card).is_blocked
