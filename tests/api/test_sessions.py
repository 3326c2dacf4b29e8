import datetime as dt
import json
import uuid
from decimal import Decimal

import pytest
from django.db import connection

from apps.sessions.models import SettledRegisters
from tests.api.conftest import NOW, add_grade, add_readings, add_session, add_station

SHAPE = [
    "id",
    "station",
    "evse",
    "connector",
    "transaction_id",
    "started_at",
    "ended_at",
    "stop_reason",
    "register_start_wh",
    "register_stop_wh",
    "energy_wh",
    "readings",
    "grade",
    "reasons",
]


def test_a_session_has_the_shape_that_was_promised(api):
    station = add_station("RDAM 123")
    ended = NOW + dt.timedelta(hours=2)
    session = add_session(
        station,
        ended_at=ended,
        stop_reason="Local",
        register_start_wh=Decimal("100.125"),
        register_stop_wh=Decimal("7600.125"),
    )
    add_readings(session, 3)
    add_grade(session, "B", ["KEY_UNKNOWN"])
    answer = api("read").get("/sessions", station="rdam 123").json()
    row = answer["data"][0]
    assert list(row) == SHAPE
    assert row == {
        "id": str(session.uid),
        "station": "RDAM 123",
        "evse": 1,
        "connector": 1,
        "transaction_id": 7,
        "started_at": "2026-11-01T12:00:00Z",
        "ended_at": "2026-11-01T14:00:00Z",
        "stop_reason": "Local",
        "register_start_wh": 100.125,
        "register_stop_wh": 7600.125,
        "energy_wh": 7500,
        "readings": 3,
        "grade": "B",
        "reasons": ["KEY_UNKNOWN"],
    }
    assert answer["meta"] == {"count": 1, "limit": 100}
    assert answer["links"]["next"] is None


def test_an_open_session_has_no_end(api):
    add_session(add_station("a"))
    row = api("read").get("/sessions").json()["data"][0]
    assert [row[name] for name in ("ended_at", "energy_wh", "grade", "stop_reason")] == [None] * 4
    assert row["register_stop_wh"] is None
    assert row["reasons"] == []


def test_energies_are_json_numbers_with_all_their_digits(api):
    add_session(add_station("a"), register_start_wh=Decimal("123456789012345.678"))
    text = api("read").get("/sessions").content.decode()
    assert '"register_start_wh":123456789012345.678' in text


def test_a_2x_transaction_stays_text(api):
    add_session(add_station("a"), transaction_id="0012", protocol="ocpp2.0.1")
    assert api("read").get("/sessions").json()["data"][0]["transaction_id"] == "0012"


@pytest.mark.parametrize("odd", ["--5", "abc", "9" * 36, "٣"])
def test_a_transaction_that_is_no_number_breaks_nothing(api, odd):
    add_session(add_station("a"), transaction_id=odd)
    assert api("read").get("/sessions").json()["data"][0]["transaction_id"] == odd


def test_what_was_settled_goes_before_what_the_station_said(api):
    session = add_session(add_station("a"), register_stop_wh=Decimal(900), ended_at=NOW)
    SettledRegisters.objects.create(
        session=session,
        settled_at=NOW,
        begin_wh=Decimal(100),
        begin_source="start",
        end_wh=Decimal("600.5"),
        end_source="context",
    )
    assert api("read").get("/sessions").json()["data"][0]["energy_wh"] == 500.5


def test_a_register_that_runs_backwards_is_no_energy(api):
    add_session(add_station("a"), register_stop_wh=Decimal(50), ended_at=NOW)
    assert api("read").get("/sessions").json()["data"][0]["energy_wh"] is None


def test_the_newest_grade_counts(api):
    session = add_session(add_station("a"))
    add_grade(session, "D", ["NO_FRAMES"])
    add_grade(session, "A")
    row = api("read").get("/sessions").json()["data"][0]
    assert (row["grade"], row["reasons"]) == ("A", [])


def test_sessions_come_oldest_first_and_filtered(api):
    one, two = add_station("one"), add_station("two")
    for number, (station, hours) in enumerate([(one, 3), (two, 1), (one, 2)]):
        add_session(station, str(number), started_at=NOW + dt.timedelta(hours=hours))
    reader = api("read")
    ids = [row["transaction_id"] for row in reader.get("/sessions").json()["data"]]
    mine = [row["transaction_id"] for row in reader.get("/sessions", station="ONE").json()["data"]]
    assert (ids, mine) == ([1, 2, 0], [2, 0])
    assert reader.get("/sessions", station="nobody").json()["data"] == []


def test_one_session_and_its_readings_can_be_read(api):
    session = add_session(add_station("a"))
    add_readings(session, 5)
    reader = api("read")
    assert reader.get(f"/sessions/{session.uid}").json()["data"]["readings"] == 5
    answer = reader.get(f"/sessions/{session.uid}/readings", limit=2).json()
    assert [row["value"] for row in answer["data"]] == [0.125, 1.125]
    path, _, query = answer["links"]["next"].partition("?")
    more = reader.client.get(
        f"{path}?{query}", headers={"Host": reader.host, "Authorization": f"Bearer {reader.token}"}
    ).json()
    assert [row["value"] for row in more["data"]] == [2.125, 3.125]


def test_an_unknown_session_is_a_404(api):
    reader = api("read")
    for path in ("/sessions/{}", "/sessions/{}/readings"):
        assert reader.get(path.format(uuid.uuid4())).status_code == 404
        assert reader.get(path.format("17")).status_code == 404


def test_a_page_of_sessions_is_one_query(api, django_assert_max_num_queries):
    for name in ("a", "b"):
        station = add_station(name)
        for number in range(20):
            add_readings(add_session(station, str(number)), 2)
    reader = api("read")
    reader.get("/sessions")
    with django_assert_max_num_queries(5):  # host, token, page; two search paths
        assert len(reader.get("/sessions").json()["data"]) == 40


@pytest.mark.parametrize("poison", ["0001-01-01 00:00:00+14", "9999-12-31 23:59:59-12"])
def test_a_poisoned_moment_never_breaks_a_list(api, poison):
    station = add_station("a")
    session = add_session(station)
    add_readings(session, 1)
    with connection.cursor() as cursor:
        cursor.execute("UPDATE charging_sessions_session SET started_at = %s", [poison])
        cursor.execute("UPDATE stations_connector SET status_at = %s", [poison])
    reader = api("read")
    for path in ("/sessions", f"/sessions/{session.uid}", "/stations", "/stations/a"):
        assert reader.get(path).status_code == 200, path
    add_session(station, "8")
    seen, page = 0, reader.get("/sessions", limit=1).json()
    while True:
        seen += len(page["data"])
        if page["links"]["next"] is None:
            break
        page = reader.get(page["links"]["next"].removeprefix("/api/v1")).json()
    assert seen == 2


def test_the_body_is_plain_json(api):
    add_session(add_station("a"))
    answer = api("read").get("/sessions")
    assert answer.headers["Content-Type"] == "application/json"
    assert answer.headers["Cache-Control"] == "no-store"
    json.loads(answer.content)
