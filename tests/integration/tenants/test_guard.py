"""The guarded backend: no query without a tenant, none on a stale path (trust.md rows 2, 21)."""

import pytest
from django.db import DatabaseError, connection, transaction

from apps.accounts.models import User
from apps.core import binding
from apps.sites.models import Site
from apps.tenants.backend.base import SchemaMissingError, TenantSwitchedError
from apps.tenants.bridge import run_in_tenant
from apps.tenants.models import Tenant


def test_a_query_with_nothing_bound_is_refused(db):
    with pytest.raises(binding.NoTenantBoundError):
        User.objects.exists()


def test_a_schema_that_does_not_exist_is_refused_and_public_stays_clean(db):
    with binding.bound("gone"), pytest.raises(SchemaMissingError), transaction.atomic():
        User.objects.create(email="lost@example.org")
    with binding.bound(binding.PUBLIC):
        assert not User.objects.filter(email="lost@example.org").exists()


def test_each_tenant_reads_its_own_rows(db):
    for schema in ("alfa", "beta"):
        with binding.bound(schema):
            Site.objects.create(name=f"site of {schema}")
    for schema in ("alfa", "beta"):
        with binding.bound(schema):
            assert [site.name for site in Site.objects.all()] == [f"site of {schema}"]


def test_one_transaction_belongs_to_one_tenant(db):
    with binding.bound("alfa"), transaction.atomic():
        Site.objects.exists()
        with binding.bound("beta"), pytest.raises(TenantSwitchedError):
            Site.objects.exists()


def break_off():
    with transaction.atomic():
        Site.objects.create(name="gone again")
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1 / 0")


def test_the_path_is_right_after_a_nested_rollback(db):
    with binding.bound("beta"):
        Site.objects.create(name="beta's")
    with binding.bound("alfa"):
        with pytest.raises(DatabaseError):
            break_off()
        assert Site.objects.count() == 0


def test_a_failing_set_lets_the_query_fail_too(db, monkeypatch):
    with binding.bound("beta"):
        Site.objects.create(name="beta's")
    monkeypatch.setattr("apps.tenants.backend.base.quote_schema_name", lambda name: f"{name}\0")
    with binding.bound("alfa"), pytest.raises(DatabaseError), transaction.atomic():
        Site.objects.count()


def test_only_plain_data_leaves_a_tenant(db):
    with pytest.raises(TypeError, match="QuerySet"):
        run_in_tenant("alfa", Site.objects.all)
    with pytest.raises(TypeError, match="Tenant"):
        run_in_tenant("alfa", lambda: Tenant.objects.get(schema_name="alfa"))
    assert run_in_tenant("alfa", Site.objects.count) == 0


def test_a_cache_key_carries_the_tenant_and_is_refused_without_one():
    with binding.bound("alfa"):
        assert binding.cache_key("tariff", "", 1) == "alfa::1:tariff"
    with pytest.raises(binding.NoTenantBoundError):
        binding.cache_key("tariff", "", 1)


def test_the_work_of_a_tenant_is_a_transaction_of_its_own(db, monkeypatch):
    """Inside another one its commit would be a promise that the outer one can break."""
    for atomic in connection.atomic_blocks:  # the test's own transaction does not count
        monkeypatch.setattr(atomic, "_from_testcase", True)
    run_in_tenant("alfa", Site.objects.count)
    with binding.bound("alfa"), transaction.atomic(), pytest.raises(RuntimeError, match="durable"):
        run_in_tenant("alfa", Site.objects.count)
