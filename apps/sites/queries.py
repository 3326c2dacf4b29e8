"""Reads of sites."""

import uuid
from dataclasses import dataclass

from apps.core.refused import NotFound
from apps.sites.models import Site


@dataclass(frozen=True, slots=True)
class SiteFacts:
    """A site as plain data."""

    id: int
    uid: uuid.UUID
    name: str
    street: str
    postal_code: str
    city: str
    region: str
    country: str
    ean: str
    time_zone: str


def _facts(site: Site) -> SiteFacts:
    return SiteFacts(
        id=site.pk,
        uid=site.uid,
        name=site.name,
        street=site.street,
        postal_code=site.postal_code,
        city=site.city,
        region=site.region,
        country=site.country,
        ean=site.ean,
        time_zone=site.time_zone,
    )


def get_site(*, site_id: int) -> SiteFacts:
    """Return a site.

    :raises NotFound: there is none with this id.
    """
    site = Site.objects.filter(pk=site_id).first()
    if site is None:
        raise NotFound("site_unknown", "There is no such site.", field="site")
    return _facts(site)


def get_site_by_uid(*, uid: uuid.UUID) -> SiteFacts:
    """Return the site that public tables name by this UUID.

    :raises NotFound: there is none here.
    """
    site = Site.objects.filter(uid=uid).first()
    if site is None:
        raise NotFound("site_unknown", "There is no such site.", field="site")
    return _facts(site)


def list_sites() -> list[SiteFacts]:
    """Return every site, by name."""
    return [_facts(site) for site in Site.objects.all()]
