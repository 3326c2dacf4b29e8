"""Why a station is or was offline: its connections, what ended them, and what helps."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from apps.accounts.access import Level
from apps.core import clock
from apps.dashboard.access import PageRequest, page
from apps.dashboard.installers.connection_reads import list_connections, reachability_of
from apps.dashboard.installers.station_views import around, get_station

SHOWN = 50


@require_GET
@page("installers", "owners")
def connections(request: PageRequest, identity: str) -> HttpResponse:
    """Show how well a station was reached in thirty days, and each connection with its end."""
    station = get_station(request, identity, Level.SENSITIVE)
    now = clock.now()
    facts = list_connections(station=station, now=now)
    context = around(request, station, "connections")
    context["reach"] = reachability_of(facts, now=now)
    context["connections"], context["is_cut"] = facts[:SHOWN], len(facts) > SHOWN
    return render(request, "dashboard/installers/station_connections.html", context)
