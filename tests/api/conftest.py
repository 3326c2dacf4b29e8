"""A tenant with an estate, and clients with tokens."""

import datetime as dt
import json
from dataclasses import dataclass
from decimal import Decimal

import pytest
from django.test import Client

from apps.api.operations import create_token
from apps.core import binding
from apps.evidence.models import SessionGrade
from apps.metering.models import Reading
from apps.sessions.models import Session
from apps.sites.models import Site
from apps.stations.models import Connector, Evse, Station
from apps.tenants.models import DirectoryEntry
from apps.tenants.operations import register_station

NOW = dt.datetime(2026, 11, 1, 12, tzinfo=dt.UTC)


@dataclass(frozen=True)
class Api:
    """A client of one tenant's host with one token."""

    client: Client
    host: str
    token: str

    def _headers(self, extra):
        return {"Host": self.host, "Authorization": f"Bearer {self.token}", **extra}

    def get(self, path, **params):
        return self.client.get(f"/api/v1{path}", params, headers=self._headers({}))

    def post(self, path, body=None, **extra):
        text = body if isinstance(body, str | bytes) else json.dumps({} if body is None else body)
        kind = extra.pop("content_type", "application/json")
        headers = self._headers(extra)
        return self.client.post(f"/api/v1{path}", text, content_type=kind, headers=headers)


def make_token(schema, *scopes):
    with binding.bound(schema):
        return create_token(name=f"of {schema}", scopes=scopes, now=NOW)


@pytest.fixture
def api(client, alfa):
    """Return a function that gives a client of alfa with these scopes."""
    return lambda *scopes: Api(client, "alfa.localhost", make_token("alfa", *scopes))


def add_station(identity, *, connectors=1, site="Thuis"):
    """Make a station in the bound tenant."""
    place, _ = Site.objects.get_or_create(name=site)
    name, directory_id, _ = register_station(identity=identity)
    station = Station.objects.create(
        site=place,
        directory=DirectoryEntry.objects.get(pk=directory_id),
        identity=name,
        identity_key=name.casefold(),
    )
    for number in range(1, connectors + 1):
        evse = Evse.objects.create(station=station, number=number)
        Connector.objects.create(evse=evse, number=1, occupancy="available", status_at=NOW)
    return station


def add_session(station, transaction_id="7", **facts):
    """Make a session of a station."""
    known = {
        "evse_number": 1,
        "started_at": NOW,
        "start_received_at": NOW,
        "id_token": f"card-{transaction_id}",
        "register_start_wh": Decimal(100),
        **facts,
    }
    return Session.objects.create(station=station, transaction_id=transaction_id, **known)


def add_readings(session, count):
    """Make readings of a session."""
    Reading.objects.bulk_create(
        Reading(
            station=session.station,
            evse_number=session.evse_number,
            transaction_id=session.transaction_id,
            taken_at=session.started_at + dt.timedelta(minutes=n),
            received_at=session.started_at,
            measurand="Energy.Active.Import.Register",
            context="Sample.Periodic",
            location="Outlet",
            unit="Wh",
            value=Decimal(n) + Decimal("0.125"),
        )
        for n in range(count)
    )


def add_grade(session, letter="A", reasons=()):
    """Grade a session."""
    return SessionGrade.objects.create(
        session=session, letter=letter, reasons=list(reasons), graded_at=NOW
    )
