"""Reads of meters and readings."""

import datetime as dt
from collections.abc import Sequence

from django.db.models import F, Q, QuerySet

from apps.metering.models import Meter, Reading
from apps.metering.registers import Register

IMPORT_REGISTER = "Energy.Active.Import.Register"


def list_register_readings(
    *,
    station_id: int,
    evse_number: int,
    begin: dt.datetime,
    end: dt.datetime,
    transaction_id: str = "",
) -> list[Register]:
    """Return the import registers of an EVSE in a window (both ends included), in time order.

    With a transaction id also what carries that id outside the window: some stations send the last
    sample after the stop. Locations and phases are not filtered: the grade tells them.
    """
    inside = Q(evse_number=evse_number, taken_at__gte=begin, taken_at__lte=end)
    if transaction_id:
        inside |= Q(evse_number=evse_number, transaction_id=transaction_id)
    rows = (
        Reading.objects.filter(inside, station_id=station_id, measurand=IMPORT_REGISTER)
        .order_by("taken_at", "pk")
        .values_list(
            "taken_at", "value", "context", "location", "phase", "transaction_id", "received_at"
        )
    )
    return [Register(*row) for row in rows]


def outlet_registers(registers: Sequence[Register]) -> list[Register]:
    """Keep what may settle: the total at the outlet."""
    return [r for r in registers if r.is_total_at_outlet]


def list_measurands(
    *, station_id: int, evse_number: int, begin: dt.datetime, end: dt.datetime
) -> list[tuple[str, str]]:
    """Return which (measurand, location) an EVSE reported in a window, each once."""
    rows = Reading.objects.filter(
        station_id=station_id, evse_number=evse_number, taken_at__gte=begin, taken_at__lte=end
    )
    return sorted(set(rows.values_list("measurand", "location").distinct()))


def list_readings(
    *,
    station_id: int,
    evse_number: int,
    begin: dt.datetime,
    end: dt.datetime,
    transaction_id: str,
    without: Sequence[str] = (),
) -> QuerySet[Reading]:
    """Return every reading of a session, in time order.

    `without` names transaction ids of other sessions: a sample that contradicts its connector
    belongs to neither.
    """
    window = Q(evse_number=evse_number, taken_at__gte=begin, taken_at__lte=end)
    return (
        Reading.objects.filter(
            window | Q(transaction_id=transaction_id, evse_number=evse_number),
            station_id=station_id,
        )
        .exclude(transaction_id__in=list(without))
        .order_by("taken_at", "pk")
    )


def list_transaction_ids(
    *, station_id: int, evse_number: int, begin: dt.datetime, end: dt.datetime
) -> list[str]:
    """Return the transaction ids that readings of an EVSE carried in a window."""
    rows = Reading.objects.filter(
        station_id=station_id, evse_number=evse_number, taken_at__gte=begin, taken_at__lte=end
    ).exclude(transaction_id="")
    return sorted(set(rows.order_by().values_list("transaction_id", flat=True).distinct()))


def list_transaction_registers(*, station_id: int, transaction_id: str) -> list[Register]:
    """Return the import registers that carry a transaction id, on any EVSE, in time order."""
    rows = (
        Reading.objects.filter(
            station_id=station_id,
            transaction_id=transaction_id,
            measurand=IMPORT_REGISTER,
            phase="",
            location="Outlet",
        )
        .order_by("taken_at", "pk")
        .values_list(
            "taken_at", "value", "context", "location", "phase", "transaction_id", "received_at"
        )
    )
    return [Register(*row) for row in rows]


def last_sign(
    *, station_id: int, evse_number: int, begin: dt.datetime, transaction_ids: Sequence[str]
) -> tuple[dt.datetime, dt.datetime] | None:
    """Return when the newest reading of a transaction was taken and received, or None."""
    return (
        Reading.objects.filter(
            station_id=station_id,
            evse_number=evse_number,
            taken_at__gte=begin,
            transaction_id__in=list(transaction_ids),
        )
        .order_by("-taken_at", "-pk")
        .values_list("taken_at", "received_at")
        .first()
    )


def has_samples_elsewhere(*, station_id: int, evse_number: int, transaction_id: str) -> bool:
    """Whether a transaction id came with samples of another EVSE of its station."""
    return (
        Reading.objects.filter(station_id=station_id, transaction_id=transaction_id)
        .exclude(evse_number__in=[0, evse_number])
        .exists()
    )


def find_meter(*, station_id: int, evse_number: int, on: dt.date, at: dt.datetime) -> Meter | None:
    """Return the meter in place on a date: the EVSE's own, else the station's.

    After a register reset it is the record that counts at the moment `at`. One with a proven
    installation date outranks one without; a meter installed later or taken out by then is not in
    place.
    """
    return (
        Meter.objects.filter(
            Q(evse_number=evse_number) | Q(evse_number=None),
            Q(installed_at=None) | Q(installed_at__lte=on),
            Q(removed_at=None) | Q(removed_at__gt=on),
            Q(counts_from=None) | Q(counts_from__lte=at),
            station_id=station_id,
        )
        .order_by(
            F("evse_number").asc(nulls_last=True),
            F("counts_from").desc(nulls_last=True),
            F("installed_at").desc(nulls_last=True),
            "-pk",
        )
        .first()
    )


def list_meters(*, station_id: int) -> QuerySet[Meter]:
    """Return the meters of a station, the newest first."""
    return Meter.objects.filter(station_id=station_id).order_by("-pk")


def find_meter_in_place(*, station_id: int) -> Meter | None:
    """Return the newest record of the one meter a station has now, or None."""
    return list_meters(station_id=station_id).filter(evse_number=None, removed_at=None).first()


def was_swapped(*, station_id: int, evse_number: int, begin: dt.date, end: dt.date) -> bool:
    """Whether a meter was taken out after `begin` up to `end`: two registers make no pair."""
    return Meter.objects.filter(
        Q(evse_number=evse_number) | Q(evse_number=None),
        station_id=station_id,
        removed_at__gt=begin,
        removed_at__lte=end,
    ).exists()
