"""The settings of a station: read, changed, and made fit for settling."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _, ngettext
from django.views.decorators.http import require_GET, require_POST

from apps.accounts.access import Level
from apps.core import clock
from apps.core.refused import Refused
from apps.dashboard import refusals
from apps.dashboard.access import PageRequest, act, page
from apps.dashboard.installers.settings_reads import judge_station, settings_fact
from apps.dashboard.installers.station_views import around, get_station
from apps.stations.operations import request_command
from apps.stations.settlement_ready import DIFFERS


@require_GET
@page("installers", "owners")
def settings(request: PageRequest, identity: str) -> HttpResponse:
    """Show what a station told of its settings, and what settling needs of them."""
    station = get_station(request, identity, Level.SENSITIVE)
    context = around(request, station, "settings")
    context["fact"] = settings_fact(station.id)
    return render(request, "dashboard/installers/station_settings.html", context)


@require_POST
@page("installers", "owners")
def read(request: PageRequest, identity: str) -> HttpResponse:
    """Ask a station for all its settings."""
    station = get_station(request, identity, Level.OPERATE)
    act(request_command, station_id=station.id, kind="get-config", args={}, now=clock.now())
    messages.success(request, _("De paal is om zijn instellingen gevraagd."))
    return redirect("installers:station-settings", station.identity)


@require_POST
@page("installers", "owners")
def change(request: PageRequest, identity: str) -> HttpResponse:
    """Ask for another value of one setting."""
    station = get_station(request, identity, Level.OPERATE)
    args = {"key": request.POST.get("key", ""), "value": request.POST.get("value", "")}
    try:
        act(request_command, station_id=station.id, kind="set-config", args=args, now=clock.now())
    except Refused as error:
        messages.error(request, refusals.say(error))
    else:
        messages.success(
            request, _("De wijziging is gevraagd. Ze telt als de paal haar zelf teruggeeft.")
        )
    return redirect("installers:station-settings", station.identity)


@require_POST
@page("installers", "owners")
def make_ready(request: PageRequest, identity: str) -> HttpResponse:
    """Ask for every change that settling needs; each is a command of its own."""
    station = get_station(request, identity, Level.OPERATE)
    verdicts, _read_at = judge_station(station.id)
    wanted = [verdict for verdict in verdicts if verdict.state == DIFFERS]
    for verdict in wanted:
        args = {"key": verdict.rule.variable, "value": verdict.target}
        act(request_command, station_id=station.id, kind="set-config", args=args, now=clock.now())
    messages.success(
        request,
        ngettext(
            "%(number)s wijziging is gevraagd.",
            "%(number)s wijzigingen zijn gevraagd.",
            len(wanted),
        )
        % {"number": len(wanted)},
    )
    return redirect("installers:station-settings", station.identity)
