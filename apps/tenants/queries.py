"""Reads of tenants and of the station directory."""

from dataclasses import dataclass

from apps.core import binding
from apps.core.refused import NotFound
from apps.tenants.models import DirectoryEntry, Domain, Tenant


@dataclass(frozen=True, slots=True)
class TenantFacts:
    """A tenant as plain data."""

    id: int
    schema: str
    name: str
    code: str
    kind: str
    time_zone: str


@dataclass(frozen=True, slots=True)
class StationAddress:
    """Where a station identity lives, and what proves it."""

    identity: str
    schema: str
    security_profile: int
    key_salt: bytes
    key_hash: bytes
    is_blocked: bool


def host_name(header: str) -> str:
    """Return the bare, lower-case host of a Host header."""
    return header.rsplit(":", 1)[0].strip().rstrip(".").lower()


def find_schema(*, host: str) -> str | None:
    """Return the schema of a host name, or None."""
    return Domain.objects.filter(domain=host).values_list("tenant__schema_name", flat=True).first()


def _facts(tenant: Tenant) -> TenantFacts:
    return TenantFacts(
        id=tenant.pk,
        schema=tenant.schema_name,
        name=tenant.name,
        code=tenant.code,
        kind=tenant.kind,
        time_zone=tenant.time_zone,
    )


def get_tenant(*, schema: str, field: str = "tenant") -> TenantFacts:
    """Return a tenant by its schema; `field` is where the caller read it.

    :raises NotFound: there is none.
    """
    tenant = Tenant.objects.filter(schema_name=schema).exclude(schema_name=binding.PUBLIC).first()
    if tenant is None:
        known = ", ".join(list_schemas()) or "none yet: make one with create_tenant"
        raise NotFound(
            "tenant_unknown", f"There is no tenant {schema}. Tenants: {known}.", field=field
        )
    return _facts(tenant)


def current_tenant() -> TenantFacts:
    """Return the bound tenant."""
    return get_tenant(schema=binding.require())


def list_tenants() -> list[TenantFacts]:
    """Return every tenant, by schema."""
    rows = Tenant.objects.exclude(schema_name=binding.PUBLIC).order_by("schema_name")
    return [_facts(tenant) for tenant in rows]


def list_schemas() -> list[str]:
    """Return the schema of every tenant."""
    return [tenant.schema for tenant in list_tenants()]


def find_domain(*, tenant_id: int) -> str:
    """Return a tenant's primary host name, or an empty text."""
    row = Domain.objects.filter(tenant_id=tenant_id).order_by("-is_primary", "pk").first()
    return row.domain if row else ""


def find_stations(*, keys: list[str]) -> dict[str, StationAddress]:
    """Return the addresses of casefolded identities; unknown ones are absent."""
    rows = DirectoryEntry.objects.select_related("tenant").filter(identity_key__in=keys)
    return {
        row.identity_key: StationAddress(
            identity=row.identity,
            schema=row.tenant.schema_name,
            security_profile=row.security_profile,
            key_salt=bytes(row.key_salt),
            key_hash=bytes(row.key_hash),
            is_blocked=row.state == DirectoryEntry.State.BLOCKED,
        )
        for row in rows
    }
