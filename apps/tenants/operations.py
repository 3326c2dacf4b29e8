"""Writes of the ground: tenants, the station directory, register claims over all tenants."""

import datetime as dt
import re
import secrets
import uuid
from dataclasses import dataclass
from decimal import Decimal

from django.conf import settings
from django.db import IntegrityError, connection, transaction
from psycopg.types.range import Range

from apps.audit.operations import record
from apps.core import binding
from apps.core.bounds import bounded
from apps.core.refused import Refused
from apps.tenants.identities import canonical_identity, hash_key, identity_key, new_key
from apps.tenants.models import DirectoryEntry, Domain, RegisterClaim, Tenant

_SCHEMA = re.compile(r"[a-z][a-z0-9_]{1,40}")
_HEX = re.compile(r"[0-9A-Fa-f]+")
LEAST_KEY, MOST_KEY = 16, 40  # the longest is 20 bytes as hex digits
_RESERVED = frozenset({"public", "information_schema", "www", "api", "live", "ocpp", "static"})


def create_tenant(*, schema: str, name: str, kind: str) -> str:
    """Create a tenant with its schema and host name; returns the host name.

    Needs the owner role (DDL): only a management command calls this.

    :raises Refused: the schema name is not usable or taken, or the kind is unknown.
    """
    if not _SCHEMA.fullmatch(schema) or schema in _RESERVED or schema.startswith("pg_"):
        raise Refused(
            "schema_illegal",
            f"{schema!r} cannot be a schema: use 2 to 41 lower-case letters, digits and _, "
            "starting with a letter, and no reserved name.",
            field="schema",
        )
    if kind not in Tenant.Kind.values:
        raise Refused(
            "kind_unknown", f"{kind!r} is not one of {', '.join(Tenant.Kind.values)}.", field="kind"
        )
    name = bounded(name, longest=100, field="name")
    if not name:
        raise Refused("name_empty", "Give the organisation's name.", field="name")
    tenant = _new_or_unfinished(schema)
    tenant.name, tenant.kind = name, kind
    tenant.save(verbosity=0)  # type: ignore[no-untyped-call]
    host = f"{schema.replace('_', '-')}.{settings.BASE_DOMAIN}"
    Domain.objects.create(tenant=tenant, domain=host, is_primary=True)
    record("tenants.tenant.created", subject=f"tenant:{schema}", after={"kind": kind})
    return host


def _new_or_unfinished(schema: str) -> Tenant:
    """Return a tenant to be made; what a run that was killed left behind is made anew.

    A tenant without a host name was never finished: nobody has reached it.

    :raises Refused: the tenant is there, or somebody else's schema has its name.
    """
    found = Tenant.objects.filter(schema_name=schema).first()
    if found is not None and found.domains.exists():
        raise Refused("schema_taken", f"The tenant {schema} exists already.", field="schema")
    with connection.cursor() as cursor:
        cursor.execute("SELECT to_regnamespace(%s) IS NOT NULL", [schema])
        is_there = cursor.fetchone()[0]
        if is_there and found is None:
            raise Refused(
                "schema_taken",
                f"A schema {schema} that is no tenant stands in the database; choose another name.",
                field="schema",
            )
        if is_there:
            cursor.execute(f"DROP SCHEMA {connection.ops.quote_name(schema)} CASCADE")
    if found is not None:
        found.create_schema(verbosity=0)  # type: ignore[no-untyped-call]
    return found or Tenant(schema_name=schema, code=schema)


@dataclass(frozen=True, slots=True)
class SealedKey:
    """A station's key as it is kept: salted and hashed, never in clear."""

    salt: bytes
    hash: bytes


def seal_key(key: str) -> SealedKey:
    """Hash a station's key; hex has no case.

    :raises Refused: it is not 16 to 40 printable characters without spaces.
    """
    if (
        not LEAST_KEY <= len(key) <= MOST_KEY
        or not key.isascii()
        or not key.isprintable()
        or " " in key
    ):
        raise Refused(
            "key_illegal",
            f"A key has {LEAST_KEY} to {MOST_KEY} printable characters and no spaces.",
            field="key",
        )
    text = key.lower() if len(key) == MOST_KEY and _HEX.fullmatch(key) else key
    salt = secrets.token_bytes(16)
    pepper = settings.STATION_KEY_PEPPER
    return SealedKey(salt, hash_key(pepper=pepper, salt=salt, key=text.encode()))


def register_station(
    *, identity: str, security_profile: int = 1, sealed: SealedKey | None = None
) -> tuple[str, int, str]:
    """Put a station of the bound tenant into the directory.

    Returns the identity as kept, the entry's id and the key, which is shown once; a key that the
    station brought along (`sealed`) is known already, and nothing is returned for it.

    :raises Refused: the identity is not legal or taken, by whatever tenant.
    """
    name = canonical_identity(identity)
    if name is None:
        raise Refused(
            "identity_illegal",
            f"{identity!r} cannot be a station identity: use 1 to 48 printable ASCII characters "
            "without : / % and backslash.",
            field="identity",
        )
    key = "" if sealed else new_key()
    kept = sealed or seal_key(key)
    try:
        with transaction.atomic():
            entry = DirectoryEntry.objects.create(
                identity=name,
                identity_key=identity_key(name),
                tenant=Tenant.objects.get(schema_name=binding.require()),
                security_profile=security_profile,
                key_salt=kept.salt,
                key_hash=kept.hash,
            )
    except IntegrityError as error:
        raise Refused(
            "identity_taken",
            f"The identity {name} is in use already; choose another one.",
            field="identity",
        ) from error
    return name, entry.pk, key


def unregister_station(*, entry_id: int) -> None:
    """Take a station of the bound tenant out of the directory; its identity is free again."""
    DirectoryEntry.objects.filter(pk=entry_id, tenant__schema_name=binding.require()).delete()


def lock_link(*, link: str) -> None:
    """Let one writer at a time settle or take in records of a link, in this tenant."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"{binding.require()}/{link}"]
        )


def claim_stretch(
    *,
    meter_uid: uuid.UUID,
    right: str,
    begin_wh: Decimal,
    end_wh: Decimal,
    issuer: str,
    cdr_id: str,
) -> None:
    """Claim a stretch of a meter's register for the bound tenant; the caller's transaction decides.

    :raises Refused: another claim, of whatever tenant, covers part of it.
    """
    try:
        with transaction.atomic():
            RegisterClaim.objects.create(
                meter_uid=meter_uid,
                right=right,
                stretch=Range(begin_wh, end_wh),
                tenant=Tenant.objects.get(schema_name=binding.require()),
                issuer=issuer,
                cdr_id=cdr_id,
            )
    except IntegrityError as error:  # its DETAIL names the other's registers: never shown
        raise Refused("register_already_settled") from error


def release_stretch(*, issuer: str, cdr_id: str, now: dt.datetime) -> int:
    """Free what the bound tenant claimed for a record; returns how many stretches."""
    return RegisterClaim.objects.filter(
        tenant__schema_name=binding.require(), issuer=issuer, cdr_id=cdr_id, released_at=None
    ).update(released_at=now)
