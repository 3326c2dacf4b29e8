"""How much a site charged: what its owner reads. Energy only; no card, no person, no amount."""

import datetime as dt
import uuid
from dataclasses import dataclass
from decimal import Decimal
from zoneinfo import ZoneInfo

from django.db.models import Count, F, OuterRef, Subquery, Sum
from django.db.models.functions import Coalesce, TruncMonth

from apps.sessions.models import Session, SettledRegisters


@dataclass(frozen=True, slots=True)
class MonthEnergy:
    """The ended sessions of one local month: their energy in Wh and how many they were."""

    month: dt.date
    energy_wh: Decimal
    sessions: int


def list_month_energy(
    *, site_uid: uuid.UUID, zone: ZoneInfo, begin: dt.datetime, end: dt.datetime
) -> list[MonthEnergy]:
    """Return the months between two moments in which a site's sessions ended, oldest first.

    Settled registers count; before a session is settled its own begin and end registers do. A
    session without both, or with a falling register, has no energy that anybody could name.
    """
    settled = SettledRegisters.objects.filter(session=OuterRef("pk")).order_by("-pk")
    rows = (
        Session.objects.filter(station__site__uid=site_uid, ended_at__gte=begin, ended_at__lt=end)
        .annotate(
            used_wh=Coalesce(
                Subquery(settled.annotate(wh=F("end_wh") - F("begin_wh")).values("wh")[:1]),
                F("register_stop_wh") - F("register_start_wh"),
            ),
            month=TruncMonth("ended_at", tzinfo=zone),
        )
        .filter(used_wh__gte=0)
        .order_by("month")
        .values("month")
        .annotate(total=Sum("used_wh"), sessions=Count("pk"))
    )
    return [MonthEnergy(row["month"].date(), row["total"], row["sessions"]) for row in rows]
