"""Builds the estate of the demo: sites, stations, meters, cards, payer links, agreements."""

import datetime as dt
import uuid
from dataclasses import dataclass
from typing import Any

from apps.accounts.operations import admit_payer, own_site
from apps.cards.operations import create_id_token, offer_payment
from apps.core import clock
from apps.demo.world import EMPLOYER, INSTALLER, PLACES, Box, Place
from apps.metering.operations import prove_meter
from apps.simulator.behaviour import Station
from apps.sites.operations import get_or_create_site, update_site
from apps.sites.queries import get_site
from apps.stations.operations import create_station, ensure_connector
from apps.tenants.bridge import run_in_tenant

Ids = dict[str, int]  # person's id by e-mail address


@dataclass(frozen=True, slots=True)
class Built:
    """A station as it was made."""

    box: Box
    key: str
    tokens: tuple[str, ...]

    def simulated(self, *, seed: int, interval_s: int) -> Station:
        """Return what the simulator plays."""
        box = self.box
        return Station(
            identity=box.identity,
            profile=box.profile,
            seed=seed,
            tokens=self.tokens,
            connectors=box.connectors,
            max_w=box.max_w,
            phases=1 if box.max_w < 11_000 else 3,
            interval_s=interval_s,
            habit=box.habit,
            chance_percent=box.chance_percent,
            vendor=box.vendor,
            model=box.model,
            meter_serial=box.meter.serial if box.connectors == 1 else "",
        )

    def line(self) -> dict[str, Any]:
        """Return the line of a keys file for the live fleet; alive it does nothing wrong."""
        box = self.box
        return {
            "identity": box.identity,
            "url": "",
            "key": self.key,
            "tokens": self.tokens,
            "connectors": box.connectors,
            "max_w": box.max_w,
            "phases": 1 if box.max_w < 11_000 else 3,
            "vendor": box.vendor,
            "model": box.model,
            "meter_serial": box.meter.serial if box.connectors == 1 else "",
        }


def build(ids: Ids, begin: dt.datetime) -> tuple[list[Built], list[uuid.UUID]]:
    """Build everything at a moment; returns the stations and the employer's payer links."""
    stations, links = [], []
    for place in PLACES:
        with clock.replaying(begin):
            site_uid, built = run_in_tenant(INSTALLER, _build_place, place, ids, begin)
            stations += built
            if place.employee is not None:
                link, code = run_in_tenant(EMPLOYER, _invite, place, ids, begin)
                run_in_tenant(
                    INSTALLER,
                    admit_payer,
                    code=code,
                    site_uid=site_uid,
                    owner_id=ids[place.owner.email],
                    now=begin,
                )
                links.append(link)
    return stations, links


def _build_place(place: Place, ids: Ids, begin: dt.datetime) -> tuple[uuid.UUID, list[Built]]:
    site_id = get_or_create_site(name=place.name)
    update_site(
        site_id=site_id,
        name=place.name,
        time_zone="Europe/Amsterdam",
        street=place.street,
        postal_code=place.postal_code,
        city=place.city,
        region=place.region,
        ean=place.ean,
    )
    site_uid = get_site(site_id=site_id).uid
    own_site(site_uid=site_uid, user_id=ids[place.owner.email], now=begin)
    for token, label in place.local_tokens:
        create_id_token(token=token, label=label)
    tokens = tuple(token for token, _ in place.local_tokens) or (place.token,)
    return site_uid, [
        _build_box(place, box, tokens[number :: len(place.boxes)], begin=begin)
        for number, box in enumerate(place.boxes)
    ]


def _build_box(place: Place, box: Box, tokens: tuple[str, ...], *, begin: dt.datetime) -> Built:
    _, station_id, key = create_station(identity=box.identity, site_name=place.name, now=begin)
    for number in range(1, box.connectors + 1):
        ensure_connector(station_id=station_id, evse_number=number)
        prove_meter(
            station_id=station_id,
            make=box.meter.make,
            serial=box.meter.serial + (f"-{number}" if box.connectors > 1 else ""),
            mid_marking=box.meter.mid_marking,
            mid_year=box.meter.mid_year,
            installed_at=(begin - dt.timedelta(days=120)).date(),
            now=begin,
            evse_number=number if box.connectors > 1 else None,
        )
    return Built(box, key, tokens)


def _invite(place: Place, ids: Ids, begin: dt.datetime) -> tuple[uuid.UUID, str]:
    assert place.employee is not None  # noqa: S101 - the caller has looked
    create_id_token(token=place.token, label=place.employee.name, email=place.employee.email)
    return offer_payment(employee_id=ids[place.employee.email], tokens=[place.token], now=begin)
