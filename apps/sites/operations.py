"""Writes of sites."""

import re

from apps.audit import operations as audit
from apps.core.refused import NotFound, Refused
from apps.sites.models import Site

DEFAULT_SITE = "Zonder locatie"
_EAN = re.compile(r"[0-9]{18}")


def get_or_create_site(*, name: str = "") -> int:
    """Return the id of the site with this name, made on first use; no name: the default site.

    :raises Refused: the name is too long.
    """
    wanted = name.strip() or DEFAULT_SITE
    longest = Site._meta.get_field("name").max_length or 0
    if len(wanted) > longest:
        raise Refused(
            "site_name_long", f"A site's name has at most {longest} characters.", field="site"
        )
    site, is_new = Site.objects.get_or_create(name=wanted)
    if is_new:
        audit.record("sites.site.create", subject=f"site:{site.pk}", after={"name": wanted})
    return site.pk


def update_site(
    *,
    site_id: int,
    name: str,
    street: str,
    postal_code: str,
    city: str,
    ean: str,
    time_zone: str,
    region: str | None = None,
) -> None:
    """Change the facts of a site; a session belongs to a month in its time zone.

    :raises NotFound: there is no such site.
    :raises Refused: the name is empty or taken.
    """
    site = Site.objects.select_for_update().filter(pk=site_id).first()
    if site is None:
        raise NotFound("site_unknown", "There is no such site.")
    if not name.strip():
        raise Refused("site_name_empty", "Give the site a name.", field="name")
    if Site.objects.filter(name=name.strip()).exclude(pk=site_id).exists():
        raise Refused("site_name_taken", "Another site has this name already.", field="name")
    wanted = {
        "name": name.strip(),
        "street": street.strip(),
        "postal_code": postal_code.strip(),
        "city": city.strip(),
        "ean": ean.strip(),
        "time_zone": time_zone,
    }
    if region is not None:
        wanted["region"] = region.strip()
    before = {key: getattr(site, key) for key in wanted}
    if before == wanted:
        return
    for key, value in wanted.items():
        setattr(site, key, value)
    site.save(update_fields=list(wanted))
    audit.record("sites.site.change", subject=f"site:{site_id}", before=before, after=wanted)


def set_ean(*, site_id: int, ean: str) -> None:
    """Give a site the EAN of its grid connection; one that it has is never changed so.

    :raises Refused: it is no EAN, or the site has another one.
    """
    if not _EAN.fullmatch(ean):
        raise Refused("ean_illegal", "An EAN has 18 digits.", field="ean")
    site = Site.objects.select_for_update().get(pk=site_id)
    if site.ean not in {"", ean}:
        raise Refused("ean_other", f"The site {site.name} has another EAN.", field="ean")
    if site.ean != ean:
        site.ean = ean
        site.save(update_fields=["ean"])
        audit.record(
            "sites.site.change", subject=f"site:{site_id}", before={"ean": ""}, after={"ean": ean}
        )
