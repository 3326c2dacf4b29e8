"""A new station: its address and its key, which is shown once; and its meter."""

from typing import Any
from urllib.parse import quote

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from apps.accounts.access import Level
from apps.core import clock
from apps.core.refused import Forbidden, NotFound, Refused
from apps.dashboard import refusals
from apps.dashboard.access import PageRequest, act, page, posted, require_level
from apps.dashboard.installers import queries
from apps.dashboard.installers.forms import MeterForm, StationForm
from apps.metering.operations import prove_meter
from apps.metering.queries import find_meter_in_place
from apps.sites.queries import list_sites
from apps.stations.operations import create_station


def station_url(request: PageRequest, identity: str) -> str:
    """Return the address a station connects to: without the tenant, whatever host this page has."""
    scheme = "wss" if request.is_secure() else "ws"
    port = request.get_port()
    suffix = "" if port in {"80", "443"} else f":{port}"
    return f"{scheme}://{settings.BASE_DOMAIN}{suffix}/ocpp/{quote(identity, safe='')}"


def require_fleet(request: PageRequest) -> None:
    """Refuse who may not add stations to the whole fleet."""
    held = request.access.tenant_level
    if held is None:
        raise NotFound("stations_unknown")
    if held < Level.OPERATE:
        raise Forbidden("level_operate")


@require_http_methods(["GET", "POST"])
@page("installers")
def add_station(request: PageRequest) -> HttpResponse:
    """Create a station; the answer to the form is the only page that shows its key."""
    require_fleet(request)
    form = StationForm(posted(request))
    context = {"form": form, "sites": list_sites(), "section": "installers:fleet"}
    if request.method == "POST" and form.is_valid():
        try:
            identity, _station_id, key = act(create_station, now=clock.now(), **form.cleaned_data)
        except Refused as error:
            field = {"station": "identity", "site": "site_name"}.get(error.field, error.field)
            form.add_error(field if field in form.fields else None, refusals.say(error))
        else:
            context |= {"identity": identity, "key": key, "url": station_url(request, identity)}
            return render(request, "dashboard/installers/station_added.html", context)
    return render(request, "dashboard/installers/station_form.html", context)


@require_http_methods(["GET", "POST"])
@page("installers")
def add_meter(request: PageRequest, identity: str) -> HttpResponse:
    """Record the meter of a station with its conformity."""
    station = queries.get_station(sites=request.access.sites_at(Level.BASIC), identity=identity)
    require_level(request, Level.OPERATE, station.site_uid)
    form = MeterForm(posted(request), initial=_known(station.id))
    if request.method == "POST" and form.is_valid():
        try:
            act(prove_meter, station_id=station.id, now=clock.now(), **form.cleaned_data)
        except Refused as error:
            form.add_error(error.field if error.field in form.fields else None, refusals.say(error))
        else:
            messages.success(request, _("De meter is bewaard."))
            return redirect("installers:station", station.identity)
    context = {"form": form, "station": station, "section": "installers:fleet"}
    return render(request, "dashboard/installers/meter_form.html", context)


def _known(station_id: int) -> dict[str, Any]:
    """Return what is known of a station's own meter: it is completed, not typed again."""
    meter = find_meter_in_place(station_id=station_id)
    return {name: getattr(meter, name) for name in MeterForm.base_fields} if meter else {}
