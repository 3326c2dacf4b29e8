"""Two months of an employee, told through the operations: every kind of line, always the same."""

import datetime as dt
import uuid
from decimal import Decimal

from apps.cdrs import operations as cdrs
from apps.core import binding
from apps.exports.operations import get_document, render_due
from apps.reimbursement import operations
from apps.reimbursement.queries import list_statements
from apps.sessions.models import Session
from apps.tenants.bridge import run_in_tenant
from tests.parties.finance import decide, flag
from tests.parties.house import HIS, NOVEMBER, OCT, House, build, close, deliver, settle

SEPTEMBER = dt.datetime(2026, 9, 12, 12, tzinfo=dt.UTC)
SEP = dt.date(2026, 9, 1)
DAY = dt.timedelta(days=1)
NUMBER = "VS-2026-10-0001"
NIGHT = dt.datetime(2026, 10, 14, 19, 47, tzinfo=dt.UTC)  # its rate changes at midnight
READ = ((2.2, 9_412), (2.48, Decimal("10470.8")), (5, 20_000))  # twice around that midnight
CLOCKS = dt.datetime(2026, 10, 24, 22, 30, tzinfo=dt.UTC)  # the clocks go back in it


def tell(**meter: str) -> House:
    """Tell September and October up to October's statement, of employer beta."""
    house = build(identity="HOME1", **meter)
    _september(house)
    _october(house)
    close("beta", OCT, NOVEMBER)
    return house


def _september(house: House) -> None:
    """One session that is taken back later, and one that waits for a person."""
    first = house.charge(HIS, SEPTEMBER, 12_345)
    flag(house.charge(HIS, SEPTEMBER + DAY, 19_733), "RECONSTRUCTED")
    _arrive()
    close("beta", SEP, dt.datetime(2026, 10, 2, 9, tzinfo=dt.UTC))
    decide("pay", n=1)
    run_in_tenant("alfa", _correct, first)


def _correct(session_id: int) -> None:
    row = Session.objects.get(pk=session_id)
    row.register_stop_wh = Decimal(13_000)
    row.save(update_fields=["register_stop_wh"])
    cdrs.correct_session(session_id=session_id, now=NOVEMBER, reason="Dubbel gemeld")


def _october(house: House) -> None:
    run_in_tenant(
        "beta",
        operations.add_rate,
        agreement_id=house.agreements["beta"],
        valid_from=dt.date(2026, 10, 15),
        rate_eur_per_kwh=Decimal("0.295"),
        untaxed_up_to=Decimal("0.25"),
        source="leverancierscontract",
        now=NOVEMBER,
    )
    house.charge(HIS, dt.datetime(2026, 10, 2, 17, 3, tzinfo=dt.UTC), 7_777)
    house.charge(HIS, NIGHT, 27_648, hours=7.5, readings=READ)
    house.charge(HIS, CLOCKS, 8_001, hours=4)
    _arrive()


def _arrive() -> None:
    """Settle and deliver; sessions get known numbers first, or no two stories were the same."""
    run_in_tenant("alfa", _number)
    settle()
    deliver()


def _number() -> None:
    for row in Session.objects.filter(cdrs=None):
        Session.objects.filter(pk=row.pk).update(uid=uuid.uuid5(uuid.NAMESPACE_OID, _name(row)))


def _name(row: Session) -> str:
    return f"{row.started_at.isoformat()} {row.register_start_wh}"


def keep() -> None:
    """Render and keep every document, as the sweep does."""
    with binding.bound("beta"):
        render_due(now=NOVEMBER)


def document(kind: str, number: str = NUMBER) -> bytes:
    """Return a statement's document as finance downloads it."""
    return run_in_tenant("beta", get_document, number=number, kind=kind, now=NOVEMBER)


def numbers() -> list[str]:
    """Return the numbers of beta's statements."""
    with binding.bound("beta"):
        return [row.number for row in list_statements()]
