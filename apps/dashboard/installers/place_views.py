"""Sites: the list, and one with its stations and who may come near."""

import uuid

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from apps.accounts.access import Level
from apps.accounts.queries import find_owner_name, list_site_grants
from apps.core import clock
from apps.core.refused import Refused
from apps.dashboard import refusals
from apps.dashboard.access import PageRequest, act, page, posted, require_level
from apps.dashboard.installers import place_reads
from apps.dashboard.installers.forms import SiteForm
from apps.sites.operations import update_site


@require_GET
@page("installers")
def sites(request: PageRequest) -> HttpResponse:
    """Show the sites this person may see."""
    rows = place_reads.list_site_rows(sites=request.access.sites_at(Level.BASIC))
    return render(request, "dashboard/installers/sites.html", {"rows": rows})


@require_GET
@page("installers", "owners")
def site(request: PageRequest, uid: uuid.UUID) -> HttpResponse:
    """Show a site: its connection, its stations, who may come near."""
    visible = request.access.sites_at(Level.BASIC)
    found = place_reads.get_site(sites=visible, uid=uid)
    may_read = request.access.may(Level.SENSITIVE, uid)
    now = clock.now()
    context = {
        "site": found,
        "rows": place_reads.list_site_stations(sites=visible, site=found),
        "owner": find_owner_name(site_uid=uid, now=now) if may_read else "",
        "grants": list(list_site_grants(site_uids=[uid], now=now)) if may_read else [],
        "may_read": may_read,
        "may_change": request.access.may(Level.OPERATE, uid),
        "section": "installers:sites",
    }
    return render(request, "dashboard/installers/site.html", context)


@require_http_methods(["GET", "POST"])
@page("installers")
def change_site(request: PageRequest, uid: uuid.UUID) -> HttpResponse:
    """Change the address, the connection and the time zone of a site."""
    found = place_reads.get_site(sites=request.access.sites_at(Level.BASIC), uid=uid)
    require_level(request, Level.OPERATE, uid)
    names = SiteForm.base_fields
    form = SiteForm(posted(request), initial={n: getattr(found, n) for n in names})
    if request.method == "POST" and form.is_valid():
        try:
            act(update_site, site_id=found.pk, **form.cleaned_data)
        except Refused as error:
            form.add_error(error.field if error.field in names else None, refusals.say(error))
        else:
            messages.success(request, _("De locatie is bewaard."))
            return redirect("installers:site", uid)
    return render(
        request,
        "dashboard/installers/site_form.html",
        {"form": form, "site": found, "section": "installers:sites"},
    )
