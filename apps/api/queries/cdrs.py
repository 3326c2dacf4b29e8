"""Charge detail records, as REST shows them."""

import datetime as dt
import uuid
from dataclasses import dataclass
from typing import Any

from apps.api.paging import Page
from apps.cdrs.models import IssuedCdr, ReceivedCdr
from apps.core.refused import NotFound
from apps.tenants.queries import current_tenant


@dataclass(frozen=True, slots=True)
class CdrRow:
    """A record: `body` is what was signed off, its figures are strings."""

    row_id: int
    id: str
    issuer: str
    credit_of: str | None
    link: uuid.UUID | None
    grade: str | None
    reasons: list[str]
    recorded_at: dt.datetime
    delivered_at: dt.datetime | None
    digest: str
    body: Any


def list_issued(*, page: Page) -> list[CdrRow]:
    """Return what this tenant issued, oldest first, one more than the page holds."""
    issuer = current_tenant().code
    found = IssuedCdr.objects.select_related("delivery").filter(pk__gt=page.after).order_by("pk")
    return [_issued(row, issuer) for row in found[: page.limit + 1]]


def get_issued(*, cdr_id: str) -> CdrRow:
    """Return a record that this tenant issued.

    :raises NotFound: there is none.
    """
    row = IssuedCdr.objects.select_related("delivery").filter(cdr_id=cdr_id).first()
    if row is None:
        raise NotFound("cdr_unknown", "There is no such record here.")
    return _issued(row, current_tenant().code)


def list_received(*, page: Page) -> list[CdrRow]:
    """Return what reached this tenant, oldest first, one more than the page holds."""
    found = ReceivedCdr.objects.filter(pk__gt=page.after).order_by("pk")
    return [_received(row) for row in found[: page.limit + 1]]


def get_received(*, issuer: str, cdr_id: str) -> CdrRow:
    """Return a record that reached this tenant.

    :raises NotFound: there is none.
    """
    row = ReceivedCdr.objects.filter(issuer=issuer, cdr_id=cdr_id).first()
    if row is None:
        raise NotFound("cdr_unknown", "There is no such record here.")
    return _received(row)


def _issued(row: IssuedCdr, issuer: str) -> CdrRow:
    delivery = getattr(row, "delivery", None)
    delivered_at = delivery.delivered_at if delivery else None
    return _row(row, issuer=issuer, recorded_at=row.issued_at, delivered_at=delivered_at)


def _received(row: ReceivedCdr) -> CdrRow:
    return _row(row, issuer=row.issuer, recorded_at=row.received_at, delivered_at=row.received_at)


def _row(
    row: IssuedCdr | ReceivedCdr,
    *,
    issuer: str,
    recorded_at: dt.datetime,
    delivered_at: dt.datetime | None,
) -> CdrRow:
    body = row.body if isinstance(row.body, dict) else {}
    reasons = body.get("reasons")
    return CdrRow(
        row_id=row.pk,
        id=row.cdr_id,
        issuer=issuer,
        credit_of=row.credit_of or None,
        link=row.link_uid,
        grade=body.get("grade"),
        reasons=[str(reason) for reason in reasons] if isinstance(reasons, list) else [],
        recorded_at=recorded_at,
        delivered_at=delivered_at,
        digest=bytes(row.digest).hex(),
        body=row.body,
    )
