"""One home with a charger, and a charger that talks to the operations directly."""

import datetime as dt
import itertools
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

import pytest

from apps.metering.models import Reading
from apps.sessions.models import Session
from apps.sessions.operations import Started, Stopped, start, stop
from apps.sites.models import Site
from apps.stations.models import Connector, Evse, Station
from apps.tenants.models import DirectoryEntry, Tenant

T0 = dt.datetime(2026, 10, 1, 8, tzinfo=dt.UTC)
CARD = "04A1B2C3D4E5F6"
_number = itertools.count(1)


def at(hours: float = 0) -> dt.datetime:
    """Return a moment some hours after the beginning of the story."""
    return T0 + dt.timedelta(hours=hours)


@dataclass
class Charger:
    """A station of the bound tenant."""

    station: Station
    evses: list[Evse] = field(default_factory=list)

    @property
    def id(self) -> int:
        return self.station.pk

    def start(
        self, *, hours: float = 0, wh: int | str | None = 1000, token: str = CARD, **more: Any
    ) -> Started:
        given: dict[str, Any] = {
            "station_id": self.id,
            "evse_number": 1,
            "connector_number": 1,
            "id_token": token,
            "started_at": at(hours),
            "register_wh": None if wh is None else Decimal(wh),
            "received_at": more.get("started_at") or at(hours),
            "frame_id": None,
        }
        return start(**given | more)

    def stop(
        self,
        transaction_id: str,
        *,
        hours: float = 2,
        wh: int | str | None = 9000,
        token: str = "",
        **more: Any,
    ) -> Stopped:
        given: dict[str, Any] = {
            "station_id": self.id,
            "transaction_id": transaction_id,
            "stopped_at": at(hours),
            "register_wh": None if wh is None else Decimal(wh),
            "reason": "Local",
            "id_token": token,
            "samples": (),
            "received_at": more.get("stopped_at") or at(hours),
            "frame_id": None,
        }
        return stop(**given | more)

    def read(self, hours: float, wh: float | str, *, transaction_id: str = "", **more: Any) -> None:
        given: dict[str, Any] = {
            "station_id": self.id,
            "evse_number": 1,
            "transaction_id": transaction_id,
            "taken_at": at(hours),
            "received_at": at(hours),
            "measurand": "Energy.Active.Import.Register",
            "context": "Sample.Periodic",
            "phase": "",
            "location": "Outlet",
            "unit": "Wh",
            "value": Decimal(wh),
        }
        Reading.objects.create(**given | more)

    def session(self, started: Started) -> Session:
        return Session.objects.get(pk=started.session_id)

    def sessions(self) -> list[Session]:
        return list(Session.objects.filter(station=self.station).order_by("started_at", "pk"))


def make_charger(site: Site, *, evses: int = 1, **fields: Any) -> Charger:
    """Make a station with its directory entry."""
    identity = f"HOME-{next(_number)}"
    entry = DirectoryEntry.objects.create(
        identity=identity,
        identity_key=identity.casefold(),
        tenant=Tenant.objects.get(schema_name="alfa"),
        key_salt=b"s",
        key_hash=b"h",
        security_profile=fields.pop("security_profile", 1),
    )
    station = Station.objects.create(
        site=site, directory=entry, identity=identity, identity_key=identity.casefold(), **fields
    )
    charger = Charger(station)
    for number in range(1, evses + 1):
        evse = Evse.objects.create(station=station, number=number)
        Connector.objects.create(evse=evse, number=1)
        charger.evses.append(evse)
    return charger


@pytest.fixture
def site(alfa) -> Site:
    return Site.objects.create(name=f"Thuis {next(_number)}")


@pytest.fixture
def charger(site) -> Charger:
    return make_charger(site)


@pytest.fixture
def other(site) -> Charger:
    return make_charger(site)


@pytest.fixture
def card(alfa) -> str:
    from apps.cards.operations import create_id_token  # noqa: PLC0415

    create_id_token(token=CARD)
    return CARD
