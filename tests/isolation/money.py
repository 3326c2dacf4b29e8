"""The money of a tenant in the matrix: an agreement, a settled record, an open one, a statement."""

import datetime as dt
import uuid
from decimal import Decimal
from typing import Any

from psycopg.types.range import Range

from apps.accounts.models import PayerLink
from apps.accounts.operations import create_user
from apps.cdrs.models import IssuedCdr, ReceivedCdr
from apps.core import binding
from apps.reimbursement.models import (
    Agreement,
    MonthClose,
    Statement,
    StatementDocument,
    StatementLine,
)
from apps.tenants.models import Tenant
from tests.api.conftest import NOW


def body_of(name: str, mark: str, *, cdr_id: str) -> dict[str, Any]:
    """Return a record's body, version 1, with the mark where a page would show it."""
    end = {"at": NOW.isoformat(), "source": "stop"}
    return {
        "v": 1,
        "issuer": f"{name}-issuer",
        "id": cdr_id,
        "credit_of": "",
        "reason": "",
        "link": None,
        "session": str(uuid.uuid4()),
        "started_at": (NOW - dt.timedelta(hours=1)).isoformat(),
        "ended_at": NOW.isoformat(),
        "token": "••••42",
        "station": {"identity": f"{name}-box", "vendor": mark, "model": mark, "evse": "1"},
        "site": {"uid": "", "country": "NL", "region": "", "time_zone": "UTC", "ean": ""},
        "meter": {"uid": "", "make": mark, "serial": mark, "mid_marking": "", "mid_year": ""},
        "begin": {"wh": "100", **end},
        "end": {"wh": "900", **end},
        "energy_wh": "800",
        "grade": "D",
        "reasons": ["NO_STOP"],
        "parts": [],
        "frames": {"begin": None, "end": None},
    }


def build_money(session: Any, name: str, mark: str, *, first_id: int) -> dict[str, Any]:
    """Fill the bound tenant; numbers count from `first_id`, so that no two tenants share one."""
    employee, _ = create_user(
        email=f"{uuid.uuid4().hex}@{mark.lower()}.example",
        role="employee",
        name=f"{mark} Bas",
        password="x" * 12,
    )
    link, fresh = (_link(employee) for _ in range(2))
    agreement = Agreement.objects.create(
        pk=first_id, link=link, period=Range(dt.date(2026, 1, 1), None)
    )
    issued = IssuedCdr.objects.create(
        cdr_id=f"{name}-issued",
        body=body_of(name, mark, cdr_id=f"{name}-issued"),
        digest=b"1",
        session=session,
        issued_at=NOW,
    )
    settled, waiting = (
        _received(name, mark, f"{name}-{kind}", link, first_id + n)
        for n, kind in enumerate(("received", "waiting"))
    )
    MonthClose.objects.get_or_create(
        month=dt.date(2026, 11, 1),
        defaults={"state": "running", "requested_at": NOW, "touched_at": NOW},
    )
    statement = _statement(agreement, settled, name, mark)
    return {
        "employee": employee,
        "link": link.uid,
        "fresh_link": fresh.uid,
        "agreement": agreement.pk,
        "issued_cdr": issued.cdr_id,
        "received_cdr": settled.cdr_id,
        "waiting_cdr": waiting.pk,
        "issuer": settled.issuer,
        "statement": statement.number,
    }


def _link(employee: int) -> PayerLink:
    tenant = Tenant.objects.get(schema_name=binding.require())
    return PayerLink.objects.create(paying_tenant=tenant, employee_id=employee, invite_until=NOW)


def _received(name: str, mark: str, cdr_id: str, link: PayerLink, pk: int) -> ReceivedCdr:
    return ReceivedCdr.objects.create(
        pk=pk,
        cdr_id=cdr_id,
        issuer=f"{name}-issuer",
        link_uid=link.uid,
        body={**body_of(name, mark, cdr_id=cdr_id), "link": str(link.uid)},
        digest=b"1",
        ended_at=NOW,
        received_at=NOW,
    )


def _statement(agreement: Agreement, cdr: ReceivedCdr, name: str, mark: str) -> Statement:
    amounts = {
        "energy_wh": Decimal(800),
        "amount": Decimal("0.30"),
        "untaxed_amount": Decimal("0.30"),
        "taxable_amount": Decimal(0),
    }
    statement = Statement.objects.create(
        number=f"VS-2026-11-{name}",
        agreement=agreement,
        month=dt.date(2026, 11, 1),
        issued_at=NOW,
        facts={
            "payer": {"name": mark, "code": name},
            "employee": {"name": mark, "email": mark},
            "language": "nl",
            "agreement": "OV-0001",
            "scheme": "nl_fixed",
            "minimum_grade": "",
            "time_zone": "UTC",
            "requested_by": mark,
            "requested_at": NOW.isoformat(),
            "objection_until": "2026-12-01",
            "rates": [],
            "stations": [],
            "meters": [],
            "ean": [],
        },
        **amounts,
    )
    StatementLine.objects.create(
        statement=statement,
        position=1,
        cdr=cdr,
        link_uid=agreement.link.uid,
        kind="regular",
        grade="D",
        reasons=["NO_STOP"],
        parts=[],
        **amounts,
    )
    for kind in ("pdf", "csv"):
        StatementDocument.objects.create(
            statement=statement, kind=kind, body=mark.encode(), sha256="0" * 64, rendered_at=NOW
        )
    return statement
