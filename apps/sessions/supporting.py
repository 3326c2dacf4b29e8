"""Which frames of the journal a session rests on: retention keeps them."""

from collections.abc import Collection

from django.db.models import Exists, OuterRef, Q

from apps.sessions.models import OrphanStop, Session, SessionConflict, SettledRegisters
from apps.stations.models import JournalRow


def list_supporting(row_ids: Collection[int]) -> set[int]:
    """Return those of some journal rows that a session, an orphan or a conflict rests on."""
    ids = list(row_ids)
    direct = [
        Session.objects.filter(begin_frame_id__in=ids).values_list("begin_frame_id", flat=True),
        Session.objects.filter(end_frame_id__in=ids).values_list("end_frame_id", flat=True),
        OrphanStop.objects.filter(frame_id__in=ids).values_list("frame_id", flat=True),
        SessionConflict.objects.filter(frame_id__in=ids).values_list("frame_id", flat=True),
    ]
    found = {pk for rows in direct for pk in rows.order_by() if pk is not None}
    return found | _readings(ids)


def _readings(ids: list[int]) -> set[int]:
    """Find samples that stand in for a start or a stop, and those of what is not settled yet."""
    by_sample = SettledRegisters.objects.filter(
        Q(begin_source__in=["reading", "context"]) | Q(end_source__in=["reading", "context"]),
        session=OuterRef("pk"),
    )
    resting = Session.objects.filter(
        Q(Exists(by_sample)) | ~Q(state=Session.State.SETTLED),
        Q(stop_received_at=None) | Q(stop_received_at__gte=OuterRef("at")),
        station=OuterRef("connection__station"),
        start_received_at__lte=OuterRef("at"),
    )
    rows = JournalRow.objects.filter(
        Exists(resting), pk__in=ids, action="MeterValues", direction="in"
    )
    return set(rows.values_list("pk", flat=True))
