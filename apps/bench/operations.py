"""What a door could write with instead: nothing at all, or one model instance after the other."""

import datetime as dt
from collections.abc import Callable, Sequence
from typing import Any

from apps.core import clock
from apps.metering.models import Reading
from apps.metering.operations import ReadingsRow
from apps.stations.models import Connector, JournalPayload, JournalRow, JournalSecret
from apps.stations.operations.collected import LiveRow, StatusRow
from apps.stations.operations.journal import JournalFrame
from apps.tenants.bridge import in_tenant
from apps.tenants.collector import Collector, Part, statements_of, write_here


class Silent(Collector):
    """Encodes every statement and sends none: what the process costs without its database."""

    async def _write_for_ever(self) -> None:
        is_last = False
        while not is_last:
            batch, is_last = await self._take()
            statements_of((item.schema, item.parts) for item in batch)
            for item in batch:
                item.done.set_result(None)


class ByOrm:
    """One thread hop, one transaction and one model instance at a time, on pooled connections."""

    async def submit_all(self, schema: str, parts: Sequence[Part]) -> None:
        """Store the parts of one message."""
        await in_tenant(schema, store_by_orm, schema, parts)


def store_by_orm(schema: str, parts: Sequence[Part]) -> None:
    """Store the parts as the ORM is mostly used: look, then create or save."""
    for name, row in parts:
        store = _STORES.get(name)
        if store is None:
            write_here(schema, [(name, row)])
        else:
            store(row)


def _at(microseconds: int) -> dt.datetime:
    return clock.EPOCH + dt.timedelta(microseconds=microseconds)


def _store_frame(frame: JournalFrame) -> None:
    row = JournalRow.objects.create(
        connection_id=frame.connection_id,
        seq=frame.seq,
        direction="out" if frame.way else "in",
        at=_at(frame.at_us),
        action=frame.action,
        message_id=frame.message_id,
        latency_us=None if frame.latency_us < 0 else frame.latency_us,
        remark=frame.remark,
        leaf=frame.leaf,
        row_hash=frame.row_hash,
    )
    JournalPayload.objects.create(row=row, body=frame.body)
    for secret in frame.secrets:
        JournalSecret.objects.create(
            row=row, commitment=secret.commitment, salt=secret.salt, value=secret.value
        )


def _store_readings(row: ReadingsRow) -> None:
    for sample in row.samples:
        key = {
            "station_id": row.station_id,
            "evse_number": sample.evse_number,
            "taken_at": sample.taken_at,
            "measurand": sample.measurand,
            "phase": sample.phase,
            "location": sample.location,
            "context": sample.context,
            "transaction_id": sample.transaction_id,
        }
        try:
            Reading.objects.get(**key)
        except Reading.DoesNotExist:
            received = _at(row.received_us)
            more = {"unit": sample.unit, "value": sample.value, "received_at": received}
            Reading.objects.create(**key, **more)


def _store_live(row: LiveRow) -> None:
    connector = Connector.objects.get(pk=row.connector_id)
    connector.power_w = int(row.power_w) if row.power_w else connector.power_w
    connector.measured_at = _at(row.at_us)
    connector.save()


def _store_status(row: StatusRow) -> None:
    connector = Connector.objects.get(pk=row.connector_id)
    connector.occupancy, connector.charging_state = row.occupancy, row.charging_state
    connector.error_code = row.error_code
    connector.status_at = _at(row.at_us)
    connector.save()


_STORES: dict[str, Callable[[Any], None]] = {
    "stations.journal": _store_frame,
    "metering.readings": _store_readings,
    "stations.live": _store_live,
    "stations.status": _store_status,
}
