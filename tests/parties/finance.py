"""What finance does in a story: settle, deliver, decide, and look."""

import datetime as dt
from decimal import Decimal

from apps.audit.actor import Actor, acting
from apps.cdrs.models import ReceivedCdr
from apps.reimbursement import operations
from apps.reimbursement.models import CloseException, StatementLine
from apps.sessions.models import Session
from apps.tenants.bridge import run_in_tenant
from tests.parties.house import HIS, NOVEMBER, OCT, T0, deliver, settle

D = Decimal
DAY = dt.timedelta(days=1)
CARLA = Actor(channel="page", id=7, name="Carla Noordhoek")


def pay(house, *, at=T0, wh=10_000, **more):
    session_id = house.charge(HIS, at, wh, **more)
    settle(max(NOVEMBER, at + DAY))
    deliver(max(NOVEMBER, at + DAY))
    return session_id


def lines(month=OCT, schema="beta"):
    return run_in_tenant(
        schema,
        lambda: list(
            StatementLine.objects.filter(statement__month=month).values_list("kind", "amount")
        ),
    )


def exceptions(schema="beta"):
    return run_in_tenant(
        schema,
        lambda: list(
            CloseException.objects.filter(resolved_at=None).values_list("reason", flat=True)
        ),
    )


def cdr_pk(n=0):
    return run_in_tenant(
        "beta", lambda: list(ReceivedCdr.objects.order_by("pk").values_list("pk", flat=True))[n]
    )


def decide(choice, reason="Foto van de meterstand gezien", n=0, who=CARLA):
    with acting(who):
        run_in_tenant(
            "beta",
            operations.decide,
            cdr_pk=cdr_pk(n),
            choice=choice,
            reason=reason,
            now=NOVEMBER,
        )


def flag(session_id, *flags):
    run_in_tenant("alfa", lambda: Session.objects.filter(pk=session_id).update(flags=list(flags)))


def doubtful(house, **more):
    """Charge a session of grade D."""
    session_id = house.charge(HIS, **more)
    flag(session_id, "RECONSTRUCTED")
    settle()
    deliver()
    return session_id
