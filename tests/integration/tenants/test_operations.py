"""Tenants, the station directory and register claims."""

import datetime as dt
import uuid
from decimal import Decimal

import pytest

from apps.core import binding
from apps.core.refused import NotFound, Refused
from apps.tenants import operations, queries
from apps.tenants.identities import key_matches
from apps.tenants.models import DirectoryEntry, RegisterClaim

NOW = dt.datetime(2026, 10, 1, 8, tzinfo=dt.UTC)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"schema": "public"}, "schema"),
        ({"schema": "pg_x"}, "schema"),
        ({"schema": "Alfa"}, "schema"),
        ({"schema": "a"}, "schema"),
        ({"schema": "a;drop"}, "schema"),
        ({"schema": "alfa"}, "schema"),
        ({"kind": "bank"}, "kind"),
        ({"name": " "}, "name"),
    ],
)
def test_a_bad_tenant_is_refused_naming_the_field(db, changes, field):
    given = {"schema": "delta", "name": "Delta", "kind": "installer", **changes}
    with binding.bound(binding.PUBLIC), pytest.raises(Refused) as refusal:
        operations.create_tenant(**given)
    assert refusal.value.field == field
    assert str(refusal.value) != refusal.value.reason


def test_a_station_is_found_under_any_spelling_and_its_key_matches(alfa, settings):
    identity, _, key = operations.register_station(identity=" Home 1 ")
    address = queries.find_stations(keys=["home 1", "other"])
    assert identity == "Home 1"
    assert list(address) == ["home 1"]
    found = address["home 1"]
    assert (found.schema, found.security_profile, found.is_blocked) == ("alfa", 1, False)
    assert key_matches(
        pepper=settings.STATION_KEY_PEPPER,
        salt=found.key_salt,
        wanted=found.key_hash,
        password=key.encode(),
    )
    assert key.encode() not in found.key_hash


def test_an_identity_is_unique_over_all_tenants(db):
    with binding.bound("alfa"):
        operations.register_station(identity="HOME1")
    with binding.bound("beta"), pytest.raises(Refused) as refusal:
        operations.register_station(identity="home1")
    assert refusal.value.reason == "identity_taken"
    assert "alfa" not in str(refusal.value)


def test_an_illegal_identity_says_what_is_legal(alfa):
    with pytest.raises(Refused, match="1 to 48 printable ASCII"):
        operations.register_station(identity="a:b")


def claim(begin, end, *, meter, cdr="c1", right="reimbursement"):
    operations.claim_stretch(
        meter_uid=meter,
        right=right,
        begin_wh=Decimal(begin),
        end_wh=Decimal(end),
        issuer="alfa",
        cdr_id=cdr,
    )


def test_a_stretch_is_claimed_once_over_all_tenants_and_freed_by_its_owner(db):
    meter = uuid.uuid4()
    with binding.bound("beta"):
        claim(1000, 2000, meter=meter)
    with binding.bound("gamma"):
        with pytest.raises(Refused) as refusal:
            claim(1999, 2500, meter=meter, cdr="c2")
        assert str(refusal.value) == "register_already_settled"
        claim(2000, 2500, meter=meter, cdr="c2")  # half-open: it begins where the other ends
        claim(1000, 2000, meter=meter, cdr="c3", right="ere")
        claim(1500, 1500, meter=meter, cdr="c4")  # no energy, no conflict
        assert operations.release_stretch(issuer="alfa", cdr_id="c1", now=NOW) == 0
    with binding.bound("beta"):
        assert operations.release_stretch(issuer="alfa", cdr_id="c1", now=NOW) == 1
    with binding.bound("gamma"):
        claim(1999, 2000, meter=meter, cdr="c5")
    with binding.bound(binding.PUBLIC):
        assert RegisterClaim.objects.count() == 5


def test_an_unknown_tenant_is_refused_naming_the_known_ones(db):
    with binding.bound(binding.PUBLIC), pytest.raises(NotFound, match="alfa, beta, gamma"):
        queries.get_tenant(schema="delta")


def test_the_directory_keeps_no_key(alfa):
    _, entry_id, key = operations.register_station(identity="HOME1")
    row = DirectoryEntry.objects.filter(pk=entry_id).values().get()
    assert key not in repr(row)
    assert bytes.fromhex(key) not in bytes(row["key_hash"]) + bytes(row["key_salt"])


@pytest.mark.parametrize(
    ("header", "host"),
    [("Alfa.localhost:8000", "alfa.localhost"), ("alfa.localhost.", "alfa.localhost"), ("", "")],
)
def test_a_host_header_is_reduced_to_its_name(header, host):
    assert queries.host_name(header) == host


def test_the_public_schema_is_no_tenant(db):
    with binding.bound(binding.PUBLIC), pytest.raises(NotFound):
        queries.get_tenant(schema=binding.PUBLIC)
