import datetime as dt
import json

import pytest
from django.core.cache import cache
from django.db import OperationalError, connection
from redis import Redis
from redis.exceptions import ConnectionError as RedisDown

from apps.api.throttles import TokenThrottle
from apps.core import clock
from tests.api.conftest import NOW, Api, add_session, add_station

FIELDS = {"type", "title", "status", "detail", "reason"}


def is_problem(answer, status):
    body = json.loads(answer.content)
    assert answer.status_code == status, body
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert set(body) - {"errors"} == FIELDS
    assert body["status"] == status
    return body


def test_without_a_token_everything_is_a_401(client, alfa):
    for path in ("/stations", "/sessions", "/nowhere", "/", "/stations/x/commands/reset"):
        is_problem(client.get(f"/api/v1{path}", headers={"Host": "alfa.localhost"}), 401)


def test_a_missing_scope_is_a_403(api):
    is_problem(api("operate", "finance").get("/stations"), 403)
    is_problem(api("read", "operate").get("/statements"), 403)
    is_problem(api("read", "finance").post("/id-tokens", {"token": "a"}), 403)


def test_an_address_that_is_none_is_a_404(api):
    reader = api("read")
    for path in ("/nowhere", "/stations/", "/sessions/1/2/3", ""):
        is_problem(reader.get(path), 404)
    is_problem(reader.post("/nowhere"), 404)


def test_a_method_that_is_none_is_a_405(api):
    reader = api("read")
    is_problem(reader.post("/stations"), 405)
    headers = {"Host": reader.host, "Authorization": f"Bearer {reader.token}"}
    for method in (reader.client.put, reader.client.delete, reader.client.options):
        is_problem(method("/api/v1/stations", headers=headers), 405)


def test_a_body_that_is_no_json_type_is_a_415(api):
    operator = api("operate")
    is_problem(operator.post("/id-tokens", "token=a", content_type="text/plain"), 415)
    form = "application/x-www-form-urlencoded"
    is_problem(operator.post("/id-tokens", "token=a", content_type=form), 415)


@pytest.mark.parametrize(
    "body",
    [
        b"{",
        b'{"token": NaN}',
        b'{"token": Infinity}',
        b"\xff\xfe",
        b"[" * 50_000,
        b'{"token": ' + b"9" * 5000 + b"}",
        b'{"token": "' + b"x" * 70_000 + b'"}',
    ],
)
def test_a_body_that_cannot_be_read_is_a_400(api, body):
    is_problem(api("operate").post("/id-tokens", body), 400)


def test_too_many_requests_are_a_429_with_a_hint(api, settings):
    reader = api("read")
    settings.API_REQUESTS_PER_MINUTE = 2
    assert [reader.get("/stations").status_code for _ in range(2)] == [200, 200]
    answer = reader.get("/stations")
    is_problem(answer, 429)
    assert 0 < int(answer.headers["Retry-After"]) <= 60
    assert api("read").get("/stations").status_code == 200  # another token has its own count


def test_without_redis_nobody_is_refused(api, settings):
    reader = api("read")
    settings.API_REQUESTS_PER_MINUTE = 0
    settings.CACHES = {
        "default": {**settings.CACHES["default"], "LOCATION": "redis://127.0.0.1:1/0"}
    }
    with pytest.raises(RedisDown):
        cache.get("anything")
    assert reader.get("/stations").status_code == 200
    assert TokenThrottle().wait() > 0


def test_an_error_of_ours_is_a_500_that_tells_nothing(api, caplog, monkeypatch):
    def breaks(**_):
        raise ZeroDivisionError("QWZX")

    monkeypatch.setattr("apps.api.views.stations.list_stations", breaks)
    answer = api("read").get("/stations")
    is_problem(answer, 500)
    assert "QWZX" not in answer.content.decode()
    assert "QWZX" in caplog.text


def test_refusals_are_told_in_english_whatever_the_browser_speaks(api):
    reader = api("read")
    headers = {
        "Host": reader.host,
        "Authorization": f"Bearer {reader.token}",
        "Accept-Language": "nl",
    }
    body = is_problem(reader.client.get("/api/v1/sessions?limit=x", headers=headers), 422)
    assert body["errors"] == [{"field": "limit", "message": "A valid integer is required."}]


INJECTIONS = [
    "' OR 1=1 --",
    "'; DROP TABLE stations_station; --",
    '" OR ""="',
    "1) UNION SELECT NULL--",
    "\\'; SELECT pg_sleep(5); --",
    "%' AND '%'='",
    "$$; SELECT 1; $$",
    "{{7*7}}",
    "${jndi:ldap://x}",
    "\u0000",
    "\u2028\u202e",
    "é" * 20,
    "%27%20OR%201=1",
    "a" * 5000,
    "../../etc/passwd",
    "\r\nSet-Cookie: a=b",
]


@pytest.mark.parametrize("text", INJECTIONS)
def test_no_text_reaches_the_database_as_sql(api, text, caplog):
    station = add_station("safe")
    add_session(station)
    every = api("read", "operate", "finance")
    for path, name in (("/stations", "identity"), ("/sessions", "station"), ("/cdrs", "cursor")):
        answer = every.get(path, **{name: text})
        assert answer.status_code in {200, 422}
        assert answer.status_code == 422 or answer.json()["data"] == []
    for path in ("/stations/{}", "/cdrs/{}", "/cdrs/received/alfa/{}", "/statements/{}/pdf"):
        assert every.get(path.format(text.replace("?", ""))).status_code in {404, 401}
    for key in ("token", "label", "email"):
        body = {"token": "abc", key: text}
        assert every.post("/id-tokens", body).status_code in {201, 409, 422}
    with connection.cursor() as cursor:  # the transaction is whole: no statement failed in it
        cursor.execute("SELECT count(*) FROM stations_station")
        assert cursor.fetchone() == (1,)
    assert not [record for record in caplog.records if record.name == "apps.api.problems"]


def test_a_token_works_on_its_own_host_however_it_is_written(api):
    reader = api("read")
    for host in ("ALFA.localhost", "alfa.localhost.", "alfa.localhost:8000"):
        assert Api(reader.client, host, reader.token).get("/stations").status_code == 200
    for host in ("www.alfa.localhost", "beta.localhost", "localhost", "nobody.localhost"):
        assert Api(reader.client, host, reader.token).get("/stations").status_code in {401, 404}


def test_a_database_that_is_away_is_a_503_with_a_hint(api, monkeypatch):
    def away(**_):
        raise OperationalError

    monkeypatch.setattr("apps.api.views.stations.list_stations", away)
    answer = api("read").get("/stations")
    is_problem(answer, 503)
    assert answer.headers["Retry-After"] == "5"


def test_the_count_of_a_minute_ends_with_it(api, settings):
    reader = api("read")
    settings.API_REQUESTS_PER_MINUTE = 1
    with clock.replaying(NOW):
        assert [reader.get("/stations").status_code for _ in range(2)] == [200, 429]
    with clock.replaying(NOW + dt.timedelta(seconds=60)):
        assert reader.get("/stations").status_code == 200
    redis = Redis.from_url(settings.CACHES["default"]["LOCATION"])
    kept = [redis.ttl(key) for key in redis.keys("*api-rate*")]
    assert kept
    assert all(0 < seconds <= 120 for seconds in kept)
