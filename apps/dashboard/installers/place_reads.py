"""Reads of sites, for the pages."""

import uuid
from dataclasses import dataclass

from django.db.models import Count

from apps.core.refused import NotFound
from apps.dashboard.installers import facts, queries
from apps.dashboard.installers.facts import StationFact
from apps.dashboard.installers.queries import Sites
from apps.sites.models import Site


@dataclass(frozen=True, slots=True)
class SiteRow:
    """A site in the list, with what its stations are doing."""

    uid: uuid.UUID
    name: str
    place: str
    ean: str
    time_zone: str
    stations: int
    charging: int
    trouble: int


def list_site_rows(*, sites: Sites) -> list[SiteRow]:
    """Return the sites with their stations counted, by name."""
    ranks = queries.ranked(queries.visible_stations(sites)).order_by()
    counted: dict[int, dict[int, int]] = {}
    for site_id, rank, number in ranks.values_list("site_id", "rank").annotate(Count("pk")):
        counted.setdefault(site_id, {})[rank] = number
    rows = []
    for site in queries.visible_sites(sites).order_by("name"):
        by_rank = counted.get(site.pk, {})
        rows.append(
            SiteRow(
                uid=site.uid,
                name=site.name,
                place=" ".join(part for part in (site.postal_code, site.city) if part),
                ean=site.ean,
                time_zone=site.time_zone,
                stations=sum(by_rank.values()),
                charging=by_rank.get(facts.CHARGING, 0),
                trouble=sum(by_rank.get(rank, 0) for rank in (facts.FAULT, facts.OFFLINE)),
            )
        )
    return rows


def get_site(*, sites: Sites, uid: uuid.UUID) -> Site:
    """Return one of these sites.

    :raises NotFound: it is none of them.
    """
    site = queries.visible_sites(sites).filter(uid=uid).first()
    if site is None:
        raise NotFound("site_unknown")
    return site


def list_site_stations(*, sites: Sites, site: Site) -> list[StationFact]:
    """Return the stations of a site, worst first."""
    return queries.get_fleet(sites=sites, site_id=site.pk, page=None).rows
