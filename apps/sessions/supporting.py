"""Which frames of the journal a session rests on: retention keeps them."""

from collections.abc import Collection

from django.db.models import Exists, OuterRef, Q

from apps.sessions.models import OrphanStop, Session, SessionConflict, SettledRegisters
from apps.stations.models import JournalRow


def list_supporting(row_ids: Collection[int]) -> set[int]:
    """Return those of some journal rows that a session, an orphan or a conflict rests on."""
    ids = list(row_ids)
    rows = JournalRow.objects.filter(pk__in=ids)
    direct = rows.filter(
        Exists(Session.objects.filter(begin_frame=OuterRef("pk")))
        | Exists(Session.objects.filter(end_frame=OuterRef("pk")))
        | Exists(OrphanStop.objects.filter(frame=OuterRef("pk")))
        | Exists(SessionConflict.objects.filter(frame=OuterRef("pk")))
    )
    return set(direct.values_list("pk", flat=True)) | _readings(ids)


def _readings(ids: list[int]) -> set[int]:
    """Find samples that stand in for a start or a stop, and those of what is not settled yet."""
    by_sample = SettledRegisters.objects.filter(
        Q(begin_source__in=["reading", "context"]) | Q(end_source__in=["reading", "context"]),
        session=OuterRef("pk"),
    )
    resting = Session.objects.filter(
        Q(Exists(by_sample)) | Q(state__in=[Session.State.ACTIVE, Session.State.CLOSED]),
        Q(stop_received_at=None) | Q(stop_received_at__gte=OuterRef("at")),
        station=OuterRef("connection__station"),
        start_received_at__lte=OuterRef("at"),
    )
    rows = JournalRow.objects.filter(
        Exists(resting), pk__in=ids, action="MeterValues", direction="in"
    )
    return set(rows.values_list("pk", flat=True))
