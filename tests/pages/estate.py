"""Stations, sessions and frames, for the tests of the pages."""

import datetime as dt
import json
import secrets
import uuid
from decimal import Decimal

from apps.core.commitments import seal
from apps.sessions.models import Session
from apps.stations.models import (
    Connector,
    JournalConnection,
    JournalPayload,
    JournalRow,
    JournalSecret,
    Station,
)
from apps.stations.operations import create_station

NOW = dt.datetime(2026, 11, 3, 15, 42, 7, tzinfo=dt.UTC)
HASH = b"\0" * 32
CARD = "04a2b3c45f2091"


def make_station(identity="", *, site="Oosterveen", state="available", charging="", **fields):
    """Create a station that was seen a moment ago, with one connector."""
    _, pk, _ = create_station(
        identity=identity or f"P-{uuid.uuid4().hex[:8]}", site_name=site, now=NOW
    )
    seen = {"is_online": True, "last_seen_at": NOW, "connected_at": NOW}
    Station.objects.filter(pk=pk).update(**{**seen, **fields})
    Connector.objects.filter(evse__station=pk).update(
        occupancy=state, charging_state=charging, status_at=NOW
    )
    return Station.objects.select_related("site").get(pk=pk)


def make_session(station, *, token=CARD, ended=True, **fields):
    """Create a session of 27.648 kWh."""
    end = NOW if ended else None
    values = {
        "evse_number": 1,
        "transaction_id": str(secrets.randbelow(2**31)),
        "state": "settled" if ended else "active",
        "id_token": token,
        "started_at": NOW - dt.timedelta(hours=2),
        "start_received_at": NOW - dt.timedelta(hours=2),
        "ended_at": end,
        "stop_received_at": end,
        "register_start_wh": Decimal(14_582_310),
        "register_stop_wh": Decimal(14_609_958) if ended else None,
    }
    return Session.objects.create(station=station, **{**values, **fields})


def open_journal(station, *, at=NOW):
    """Open a connection of the journal."""
    return JournalConnection.objects.create(
        uid=uuid.uuid4(), station=station, opened_at=at, before_hash=HASH, head_hash=HASH
    )


def make_frame(station, frame, *, at=NOW, connection=None, **fields):
    """Put a frame into the journal; the chain itself is another test's matter."""
    connection = connection or open_journal(station, at=at)
    raw = frame if isinstance(frame, bytes) else json.dumps(frame).encode()
    body, hidden = seal(raw, secrets.token_bytes)
    row = JournalRow.objects.create(
        connection=connection,
        seq=connection.rows.count() + 1,
        at=at,
        leaf=HASH,
        row_hash=secrets.token_bytes(32),
        **{"direction": "in", "action": "Heartbeat", **fields},
    )
    JournalPayload.objects.create(row=row, body=body)
    for secret in hidden:
        JournalSecret.objects.create(
            row=row, commitment=secret.commitment, salt=secret.salt, value=secret.value
        )
    return row
