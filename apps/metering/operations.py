"""Writes of meters and readings."""

import datetime as dt
from collections.abc import Sequence
from typing import NamedTuple

from apps.audit import operations as audit
from apps.core import binding
from apps.core.clock import microseconds
from apps.core.refused import Refused
from apps.metering.models import Meter
from apps.metering.samples import Sample
from apps.stations.operations import record_security_event
from apps.tenants.collector import Statement, collected, int8s, plain_cursor, qualified, texts

_INSERT = """
INSERT INTO {schema}.metering_reading (station_id, evse_number, transaction_id, taken_at,
  received_at, measurand, context, phase, location, unit, value)
SELECT s.station, s.evse, s.tx, 'epoch'::timestamptz + s.taken * interval '1 microsecond',
  'epoch'::timestamptz + s.received * interval '1 microsecond',
  k.measurand, k.context, k.phase, k.location, k.unit, s.value::numeric
FROM unnest(%b::bigint[], %b::bigint[], %b::bigint[], %b::bigint[], %b::bigint[], %b::text[],
  %b::text[]) AS s(kind, station, evse, taken, received, tx, value)
JOIN unnest(%b::text[], %b::text[], %b::text[], %b::text[], %b::text[])
  WITH ORDINALITY AS k(measurand, context, phase, location, unit, n) ON k.n = s.kind
ON CONFLICT DO NOTHING"""


class ReadingsRow(NamedTuple):
    """The samples of one message."""

    station_id: int
    received_us: int
    samples: Sequence[Sample]


@collected("metering.readings")
def store_reading_rows(*, schema: str, rows: Sequence[ReadingsRow]) -> Statement:
    """Add readings; one that is known by its key already is left as it is.

    What a kind of reading has in common is sent once, not once per reading.
    """
    kinds: dict[tuple[str, str, str, str, str], int] = {}
    flat = [
        (
            kinds.setdefault((s.measurand, s.context, s.phase, s.location, s.unit), len(kinds) + 1),
            row.station_id,
            s.evse_number,
            microseconds(s.taken_at),
            row.received_us,
            s.transaction_id,
            format(s.value, "f"),
        )
        for row in rows
        for s in row.samples
    ]
    fields = list(zip(*flat, strict=True)) or [()] * 7
    words = list(zip(*kinds, strict=True)) or [()] * 5
    return qualified(_INSERT, schema), [
        *(int8s(column) for column in fields[:5]),
        *(texts(column) for column in fields[5:]),
        *(texts(column) for column in words),
    ]


def store_samples(*, station_id: int, samples: Sequence[Sample], received_at: dt.datetime) -> int:
    """Add readings in the caller's transaction; returns how many were new."""
    if not samples:
        return 0
    row = ReadingsRow(station_id, microseconds(received_at), samples)
    with plain_cursor() as cursor:
        text, values = store_reading_rows(schema=binding.require(), rows=[row])
        cursor.execute(text, values)
        return cursor.rowcount


def record_meter(*, station_id: int, make: str, serial: str, now: dt.datetime) -> None:
    """Keep which meter a station reports; another serial is a swap: a new record and an alarm.

    The proven date of installation stays empty: a station cannot prove it.
    """
    if not serial:
        return
    in_place = Meter.objects.filter(station_id=station_id, removed_at=None)
    current = in_place.filter(evse_number=None).order_by("-pk").first()
    if current is not None and current.serial in {serial, ""}:
        if not current.serial:
            current.serial, current.make = serial, current.make or make
            current.save(update_fields=["serial", "make"])
        return
    if current is not None:
        in_place.filter(serial=current.serial).update(removed_at=now.date())
        record_security_event(
            station_id=station_id,
            kind="meter_changed",
            detail={"before": current.serial, "after": serial},
            now=now,
        )
    meter = Meter.objects.create(station_id=station_id, make=make, serial=serial)
    audit.record(
        "metering.meter.report",
        subject=f"station:{station_id}",
        before={"serial": current.serial} if current else None,
        after={"serial": serial, "make": make, "meter": str(meter.uid)},
    )


def prove_meter(
    *,
    station_id: int,
    make: str,
    serial: str,
    mid_marking: str,
    mid_year: int | None,
    installed_at: dt.date | None,
    now: dt.datetime,
    evse_number: int | None = None,
    rolls_over_wh: int | None = None,
) -> int:
    """Keep the evidence a person has of a station's meter; returns the meter's number.

    `evse_number` names the EVSE when each has a meter of its own; `rolls_over_wh` is where the
    counter begins again at zero (10ⁿ Wh), None where it never comes to that.
    The meter in place is completed; another serial is a swap, and a new record begins.

    :raises Refused: the serial is missing, or the date lies in the future.
    """
    if not serial.strip():
        raise Refused("serial_empty", "Give the serial number of the meter.", field="serial")
    if installed_at is not None and installed_at > now.date():
        raise Refused(
            "installed_later", "The date of installation lies in the future.", field="installed_at"
        )
    if evse_number is None:
        record_meter(station_id=station_id, make=make.strip(), serial=serial.strip(), now=now)
    meter = (
        Meter.objects.select_for_update()
        .filter(station_id=station_id, evse_number=evse_number, removed_at=None)
        .order_by("-pk")
        .first()
    )
    if meter is None:
        meter = Meter(station_id=station_id, evse_number=evse_number)
    before = _evidence(meter)
    meter.make, meter.serial = make.strip(), serial.strip()
    meter.mid_marking, meter.mid_year = mid_marking.strip(), mid_year
    meter.installed_at, meter.rolls_over_wh = installed_at, rolls_over_wh
    meter.save()
    audit.record(
        "metering.meter.proven",
        subject=f"station:{station_id}",
        before=before,
        after=_evidence(meter),
    )
    return meter.pk


def restart_register(*, meter_id: int, evse_number: int | None, at: dt.datetime) -> int:
    """Begin a new record of a meter whose register counts anew from a moment on; returns its id.

    What was proven of the meter stays proven. `evse_number` names the EVSE where a station has
    several. Called again for the same moment it answers the record there is.
    """
    old = Meter.objects.select_for_update().get(pk=meter_id)
    if old.counts_from == at:
        return old.pk
    meter, is_new = Meter.objects.get_or_create(
        station_id=old.station_id,
        evse_number=old.evse_number or evse_number,
        counts_from=at,
        defaults={
            "make": old.make,
            "serial": old.serial,
            "mid_marking": old.mid_marking,
            "mid_year": old.mid_year,
            "installed_at": old.installed_at,
            "rolls_over_wh": old.rolls_over_wh,
            "removed_at": old.removed_at,
        },
    )
    if is_new:
        audit.record(
            "metering.meter.restarted",
            subject=f"station:{old.station_id}",
            before={"meter": str(old.uid)},
            after={"meter": str(meter.uid), "counts_from": at.isoformat()},
        )
    return meter.pk


def _evidence(meter: Meter) -> dict[str, str | int | None]:
    return {
        "serial": meter.serial,
        "make": meter.make,
        "mid_marking": meter.mid_marking,
        "mid_year": meter.mid_year,
        "installed_at": meter.installed_at.isoformat() if meter.installed_at else None,
        "rolls_over_wh": meter.rolls_over_wh,
    }
