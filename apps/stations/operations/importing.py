"""Bring stations in from a file: a dry run with a result per row, then all of them or none."""

import datetime as dt
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction

from apps.audit import actor, operations as audit
from apps.core.refused import NotFound, Refused
from apps.sites.operations import set_ean
from apps.stations.import_file import Row, read_file
from apps.stations.models import Station, StationImport
from apps.stations.operations.estate import create_station
from apps.tenants.operations import SealedKey, seal_key, unregister_station


@dataclass(frozen=True, slots=True)
class Made:
    """A station that an import made; its key is shown once, and empty when it brought its own."""

    identity: str
    key: str


def check_import(*, name: str, content: bytes, now: dt.datetime) -> uuid.UUID:
    """Try every row of a file for real and take it all back; keeps the result per row.

    :raises Refused: the file cannot be read.
    """
    rows = [_kept(row) for row in read_file(content)]
    with transaction.atomic():
        for row in rows:
            row["problem"] = row["problem"] or _try(row, now)
        transaction.set_rollback(True)
    run = StationImport.objects.create(
        name=name[:200], rows=rows, requested_by=actor.current().name, checked_at=now
    )
    audit.record("stations.import.checked", subject=f"import:{run.uid}", after=_counts(rows))
    return run.uid


def apply_import(*, uid: uuid.UUID, now: dt.datetime) -> list[Made]:
    """Make every station of a checked file, or none.

    :raises NotFound: there is no such import.
    :raises Refused: it was done already, or a row has a problem, perhaps since it was checked.
    """
    run = _locked(uid)
    if run.state != StationImport.State.CHECKED:
        raise Refused("import_done", "This file was imported already.")
    if any(row["problem"] for row in run.rows):
        raise Refused("import_problems", "Some rows have a problem; mend the file and check again.")
    made = []
    for row in run.rows:
        try:
            made.append(_make(row, now))
        except Refused as error:
            raise Refused(
                "import_problems", f"Row {row['number']}: {error} Nothing was imported."
            ) from error
    run.state, run.done_at = StationImport.State.DONE, now
    run.save(update_fields=["state", "done_at"])
    audit.record("stations.import.done", subject=f"import:{uid}", after=_counts(run.rows))
    return made


def undo_import(*, uid: uuid.UUID) -> int:
    """Take the stations of an import back; returns how many.

    :raises NotFound: there is no such import.
    :raises Refused: it is not done, or one of its stations has connected since.
    """
    run = _locked(uid)
    if run.state != StationImport.State.DONE:
        raise Refused("import_not_done", "There is nothing to undo.")
    names = [row["identity"] for row in run.rows]
    stations = Station.objects.select_for_update().filter(identity__in=names)
    seen = [one.identity for one in stations if one.connected_at or one.last_seen_at]
    if seen:
        raise Refused(
            "import_in_use", f"{', '.join(seen[:3])} connected since; nothing was undone."
        )
    count = _remove(list(stations))
    run.state = StationImport.State.UNDONE
    run.save(update_fields=["state"])
    audit.record("stations.import.undone", subject=f"import:{uid}", after={"stations": count})
    return count


def _remove(stations: Sequence[Station]) -> int:
    for station in stations:
        entry_id = station.directory_id
        station.delete()
        unregister_station(entry_id=entry_id)
    return len(stations)


def _locked(uid: uuid.UUID) -> StationImport:
    run = StationImport.objects.select_for_update().filter(uid=uid).first()
    if run is None:
        raise NotFound("import_unknown", "There is no such import.")
    return run


def _kept(row: Row) -> dict[str, Any]:
    """Return a row as it is stored: its key sealed, its first problem if it has one."""
    kept: dict[str, Any] = {
        "number": row.number,
        "identity": row.identity,
        "site": row.site,
        "ean": row.ean,
        "key": None,
        "problem": "",
    }
    if row.key:
        try:
            sealed = seal_key(row.key)
        except Refused as error:
            kept["problem"] = error.reason
        else:
            kept["key"] = [sealed.salt.hex(), sealed.hash.hex()]
    return kept


def _try(row: dict[str, Any], now: dt.datetime) -> str:
    """Return why a row cannot be made, or an empty text."""
    try:
        with transaction.atomic():
            _make(row, now)
    except Refused as error:
        return error.reason
    return ""


def _make(row: dict[str, Any], now: dt.datetime) -> Made:
    sealed = None
    if row["key"]:
        salt, key_hash = (bytes.fromhex(part) for part in row["key"])
        sealed = SealedKey(salt, key_hash)
    identity, station_id, key = create_station(
        identity=row["identity"], site_name=row["site"], now=now, sealed=sealed
    )
    if row["ean"]:
        set_ean(site_id=Station.objects.get(pk=station_id).site_id, ean=row["ean"])
    return Made(identity, key)


def _counts(rows: Sequence[dict[str, Any]]) -> dict[str, int]:
    return {"rows": len(rows), "problems": sum(1 for row in rows if row["problem"])}
