"""Writes of sites."""

from apps.audit import operations as audit
from apps.core.refused import Refused
from apps.sites.models import Site

DEFAULT_SITE = "Zonder locatie"


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
