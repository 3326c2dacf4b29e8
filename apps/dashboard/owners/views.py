"""What an owner reads: the site's energy, its stations, who pays and who may look."""

import datetime as dt
import uuid
from typing import Any
from zoneinfo import ZoneInfo

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET

from apps.accounts.queries import find_owner_name, list_site_grants
from apps.core import clock
from apps.core.refused import NotFound
from apps.dashboard import formats
from apps.dashboard.access import PageRequest, page
from apps.dashboard.bars import bars_of
from apps.dashboard.owners.payers import list_payers
from apps.sessions.energy import MonthEnergy, list_month_energy
from apps.sites.queries import SiteFacts, get_site_by_uid, list_sites
from apps.stations.overview import list_site_stations


def own_site(request: PageRequest, site_uid: uuid.UUID) -> SiteFacts:
    """Return one of the person's own sites.

    :raises NotFound: it does not exist or belongs to somebody else: the same answer for both.
    """
    if site_uid not in request.access.owned:
        raise NotFound("site_unknown")
    return get_site_by_uid(uid=site_uid)


@require_GET
@page("owners")
def sites(request: PageRequest) -> HttpResponse:
    """List the person's sites; with one site there is nothing to choose."""
    owned = [site for site in list_sites() if site.uid in request.access.owned]
    if len(owned) == 1:
        return redirect("owners:site", site_uid=owned[0].uid)
    return render(request, "dashboard/owners/sites.html", {"sites": owned})


@require_GET
@page("owners")
def site(request: PageRequest, site_uid: uuid.UUID) -> HttpResponse:
    """Show one site."""
    facts = own_site(request, site_uid)
    now = clock.now()
    context: dict[str, Any] = {
        "site": facts,
        "section": "owners:sites",
        "several": len(request.access.owned) > 1,
        "stations": list_site_stations(site_uid=site_uid),
        "payers": list_payers(site_uid=site_uid),
        "owner": find_owner_name(site_uid=site_uid, now=now),
        "grants": list(list_site_grants(site_uids=[site_uid], now=now)),
        **_year(facts, now),
    }
    return render(request, "dashboard/owners/site.html", context)


def _year(facts: SiteFacts, now: dt.datetime) -> dict[str, Any]:
    """Return this year's energy at the site, whole and month by month."""
    zone = formats.zone(facts.time_zone)
    today = now.astimezone(zone).date()
    months = list_month_energy(
        site_uid=facts.uid, zone=zone, begin=_new_year(today.year, zone), end=now
    )
    running = today.replace(day=1)
    return {
        "year": today.year,
        "today": today,
        "energy_wh": sum(month.energy_wh for month in months) if months else None,
        "sessions": sum(month.sessions for month in months),
        "months": months,
        "bars": bars_of([_bar(month) for month in months], running=running),
        "running": running if any(month.month == running for month in months) else None,
    }


def _new_year(year: int, zone: ZoneInfo) -> dt.datetime:
    return dt.datetime(year, 1, 1, tzinfo=zone).astimezone(dt.UTC)


def _bar(month: MonthEnergy) -> tuple[dt.date, Any, str]:
    return month.month, month.energy_wh, formats.number(month.energy_wh / 1000)
