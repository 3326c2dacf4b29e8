import base64
import datetime as dt

import pytest
from hypothesis import given, strategies as st

from apps.api.paging import decode_cursor, encode_cursor
from tests.api.conftest import NOW, add_session, add_station


def follow(reader, path, between=lambda _: None):
    seen, page, turn = [], reader.get(path).json(), 0
    while True:
        seen += page["data"]
        if page["links"]["next"] is None:
            return seen
        turn += 1
        between(turn)
        page = reader.get(page["links"]["next"].removeprefix("/api/v1")).json()


def test_pages_neither_repeat_nor_skip_while_rows_are_added(api):
    station = add_station("a")
    for number in range(25):
        add_session(station, str(number), started_at=NOW + dt.timedelta(minutes=number))

    def insert(turn):
        add_session(station, f"9{turn}", started_at=NOW - dt.timedelta(days=1))
        add_session(station, f"8{turn}", started_at=NOW + dt.timedelta(days=turn))

    seen = [row["transaction_id"] for row in follow(api("read"), "/sessions?limit=4", insert)]
    assert len(seen) == len(set(seen))
    assert set(range(25)) <= set(seen)
    assert 81 in seen


def test_rows_of_one_moment_are_paged_by_their_key(api):
    station = add_station("a")
    for number in range(7):
        add_session(station, str(number))
    seen = [row["transaction_id"] for row in follow(api("read"), "/sessions?limit=2&station=a")]
    assert seen == list(range(7))


def test_links_keep_the_filter(api):
    station = add_station("a b")
    for number in range(3):
        add_session(station, str(number))
    links = api("read").get("/sessions?station=a+b&limit=1").json()["links"]
    assert links["self"] == "/api/v1/sessions?station=a+b&limit=1"
    assert links["next"].startswith("/api/v1/sessions?station=a+b&limit=1&cursor=")


@given(st.integers(min_value=0, max_value=2**63 - 1))
def test_a_cursor_survives_the_way(row_id):
    assert decode_cursor(encode_cursor(row_id)) == row_id


@given(st.text(max_size=60))
def test_whatever_text_is_read_as_a_cursor_or_refused(text):
    row_id = decode_cursor(text)
    assert row_id is None or 0 <= row_id < 2**63


@pytest.mark.parametrize(
    "cursor",
    [
        "",
        "x",
        "'; DROP TABLE x; --",
        base64.urlsafe_b64encode(b"after:99999999999999999999").decode(),
        base64.urlsafe_b64encode(b"after:-1").decode(),
        base64.urlsafe_b64encode("after:٣".encode()).decode(),
        "\u0000",
        "é",
    ],
)
def test_a_foreign_cursor_is_named(api, cursor):
    answer = api("read").get("/sessions", cursor=cursor)
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["field"] == "cursor"


@pytest.mark.parametrize("limit", ["0", "201", "x", "-1", "1e3", "9" * 50, ""])
def test_a_limit_has_bounds(api, limit):
    answer = api("read").get("/stations", limit=limit)
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["field"] == "limit"


def test_unknown_parameters_are_named(api):
    answer = api("read").get("/sessions", statoin="a", ordering="x", format="api")
    assert answer.status_code == 422
    assert {error["field"] for error in answer.json()["errors"]} == {
        "statoin",
        "ordering",
        "format",
    }
