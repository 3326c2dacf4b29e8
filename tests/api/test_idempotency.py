import datetime as dt

import pytest
from django.db import IntegrityError, transaction

from apps.api.constants import IDEMPOTENCY_DAYS
from apps.api.models import IdempotencyKey
from apps.cards.models import IdToken
from apps.core import clock
from apps.stations.models import Command
from tests.api.conftest import NOW, add_station


def test_the_same_request_has_one_effect_and_one_answer(api):
    operator = api("operate")
    key = {"Idempotency-Key": "order-1"}
    first = operator.post("/id-tokens", {"token": "AA11", "label": "x"}, **key)
    again = operator.post("/id-tokens", '{ "label":"x", "token": "AA11" }', **key)
    assert (first.status_code, first.json()) == (again.status_code, again.json())
    assert IdToken.objects.count() == 1


def test_another_request_under_the_same_key_is_refused(api):
    operator = api("operate")
    key = {"Idempotency-Key": "order-1"}
    operator.post("/id-tokens", {"token": "AA11"}, **key)
    other = operator.post("/id-tokens", {"token": "BB22"}, **key)
    assert other.status_code == 422
    assert other.json()["reason"] == "idempotency_key_reused"
    assert IdToken.objects.count() == 1


def test_the_same_body_to_another_address_is_another_request(api):
    for identity in ("one", "two"):
        add_station(identity)
    operator, key = api("operate"), {"Idempotency-Key": "order-1"}
    assert operator.post("/stations/one/commands/reset", {"type": "soft"}, **key).status_code == 202
    other = operator.post("/stations/two/commands/reset", {"type": "soft"}, **key)
    assert (other.status_code, other.json()["reason"]) == (422, "idempotency_key_reused")
    assert [row.station.identity for row in Command.objects.all()] == ["one"]


def test_keys_belong_to_a_token(api):
    key = {"Idempotency-Key": "order-1"}
    assert api("operate").post("/id-tokens", {"token": "AA11"}, **key).status_code == 201
    assert api("operate").post("/id-tokens", {"token": "BB22"}, **key).status_code == 201


def test_a_refused_request_may_be_mended_under_its_key(api):
    operator = api("operate")
    key = {"Idempotency-Key": "order-1"}
    assert operator.post("/id-tokens", {"token": "--"}, **key).status_code == 422
    assert operator.post("/id-tokens", {"token": "AA11"}, **key).status_code == 201


@pytest.mark.parametrize("key", ["", "x" * 201, "é", "a\tb"])
def test_an_illegal_key_is_named(api, key):
    answer = api("operate").post("/id-tokens", {"token": "AA11"}, **{"Idempotency-Key": key})
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["field"] == "Idempotency-Key"


def test_old_keys_are_forgotten(api):
    operator = api("operate")
    operator.post("/id-tokens", {"token": "AA11"}, **{"Idempotency-Key": "old"})
    IdempotencyKey.objects.update(created_at=NOW - dt.timedelta(days=30))
    operator.post("/id-tokens", {"token": "BB22"}, **{"Idempotency-Key": "new"})
    assert [row.key for row in IdempotencyKey.objects.all()] == ["new"]


def test_two_requests_at_once_under_one_key_cannot_both_act(api):
    """The second insert waits for the first one's commit; the index is what makes it wait."""
    api("operate").post("/id-tokens", {"token": "AA11"}, **{"Idempotency-Key": "order-1"})
    row = IdempotencyKey.objects.get()
    row.pk = None
    with pytest.raises(IntegrityError), transaction.atomic():
        row.save(force_insert=True)


def test_a_key_is_remembered_for_its_days(api):
    operator, key = api("operate"), {"Idempotency-Key": "order-1"}
    operator.post("/id-tokens", {"token": "AA11"}, **key)
    kept = dt.timedelta(days=IDEMPOTENCY_DAYS) - dt.timedelta(minutes=1)
    IdempotencyKey.objects.update(created_at=clock.now() - kept)
    operator.post("/id-tokens", {"token": "BB22"}, **{"Idempotency-Key": "other"})
    assert operator.post("/id-tokens", {"token": "AA11"}, **key).status_code == 201
    assert IdToken.objects.count() == 2
