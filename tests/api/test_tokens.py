import datetime as dt
import io
import json

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from apps.api.models import ApiToken
from apps.api.operations import create_token, revoke_token
from apps.api.queries.tokens import find_token
from apps.audit.models import AuditEntry
from apps.core import binding
from apps.core.clock import replaying
from apps.core.refused import NotFound, Refused
from tests.api.conftest import NOW, Api, make_token


def printed(**options):
    out = io.StringIO()
    call_command("create_api_token", stdout=out, json=True, **options)
    return json.loads(out.getvalue())


def test_the_command_prints_a_token_once_that_works(client, alfa):
    token = printed(tenant="alfa", scope="read,operate,finance", name="kit")["token"]
    answer = Api(client, "alfa.localhost", token).get("/stations")
    assert answer.status_code == 200
    assert ApiToken.objects.get(name="kit").scopes == ["read", "operate", "finance"]


def test_the_command_names_what_is_wrong(alfa):
    with pytest.raises(CommandError, match="--tenant: There is no tenant nobody"):
        printed(tenant="nobody", scope="read")
    with pytest.raises(CommandError, match="--scope: 'write' is no scope: choose from read"):
        printed(tenant="alfa", scope="read,write")


def test_the_database_holds_no_secret(alfa):
    token = make_token("alfa", "read")
    secret = token.split("_", 2)[2]
    with connection.cursor() as cursor:
        cursor.execute("SELECT t::text FROM api_apitoken t")
        rows = " ".join(row[0] for row in cursor.fetchall())
        cursor.execute("SELECT t::text FROM audit_auditentry t")
        rows += " ".join(row[0] for row in cursor.fetchall())
    assert token.split("_")[1] in rows
    assert secret not in rows
    assert secret.encode().hex() not in rows


def test_a_token_made_from_a_dump_is_refused(alfa):
    make_token("alfa", "read")
    row = ApiToken.objects.get()
    for guess in (bytes(row.secret_hash).hex(), "", "x" * 43):
        assert find_token(text=f"laadboek_{row.prefix}_{guess}", now=NOW) is None


def test_every_token_has_256_random_bits(alfa):
    tokens = {make_token("alfa", "read") for _ in range(50)}
    assert len(tokens) == 50
    assert {len(token.split("_", 2)[2]) for token in tokens} == {43}


def test_a_token_ends_at_its_expiry(alfa):
    end = NOW + dt.timedelta(days=1)
    token = create_token(name="x", scopes=["read"], now=NOW, expires_at=end)
    assert find_token(text=token, now=end - dt.timedelta(seconds=1)) is not None
    assert find_token(text=token, now=end) is None


def test_a_token_never_starts_expired(alfa):
    with pytest.raises(Refused, match="expired already"):
        create_token(name="x", scopes=["read"], now=NOW, expires_at=NOW)


def test_a_revoked_token_is_refused_at_once(api):
    reader = api("read")
    assert reader.get("/stations").status_code == 200
    revoke_token(prefix=reader.token.split("_")[1], now=NOW)
    assert reader.get("/stations").status_code == 401
    with pytest.raises(NotFound):
        revoke_token(prefix=reader.token.split("_")[1], now=NOW)


def test_making_and_revoking_leave_a_trail(alfa):
    prefix = make_token("alfa", "read").split("_")[1]
    revoke_token(prefix=prefix, now=NOW)
    trail = AuditEntry.objects.filter(subject=f"api-token:{prefix}").order_by("pk")
    assert [entry.action for entry in trail] == ["api.token.created", "api.token.revoked"]


def test_use_is_noted_once_a_minute(api):
    reader, noted = api("read"), []
    moments = [NOW + dt.timedelta(seconds=seconds) for seconds in (0, 59, 60)]
    for moment in moments:
        with replaying(moment):
            reader.get("/stations")
        noted.append(ApiToken.objects.get().last_used_at)
    assert noted == [moments[0], moments[0], moments[2]]


def test_a_token_of_another_tenant_is_unknown(client, alfa):
    with binding.bound("alfa"):
        token = make_token("alfa", "read", "operate", "finance")
    answer = Api(client, "beta.localhost", token).get("/stations")
    assert answer.status_code == 401
    assert answer.headers["WWW-Authenticate"] == 'Bearer realm="laadboek"'


@pytest.mark.parametrize(
    "header",
    [
        "",
        "Bearer",
        "Bearer ",
        "Bearer x",
        "Bearer laadboek__",
        "Bearer laadboek_zz_zz",
        "Bearer laadboek_é_é",
        "Basic YTpi",
        "Token laadboek_a_b",
        "Bearer " + "x" * 5000,
        "Bearer laadboek_' OR 1=1 --_x",
    ],
)
def test_whatever_else_is_sent_as_a_token_is_a_401(client, alfa, header):
    answer = client.get(
        "/api/v1/stations", headers={"Host": "alfa.localhost", "Authorization": header}
    )
    assert answer.status_code == 401
    assert answer.json()["reason"] == "unauthenticated"


def test_use_of_one_token_says_nothing_about_another(api):
    used, idle = api("read"), api("read")
    assert used.get("/stations").status_code == 200
    moments = dict(ApiToken.objects.values_list("prefix", "last_used_at"))
    assert moments[used.token.split("_")[1]] is not None
    assert moments[idle.token.split("_")[1]] is None
