"""One station: what it does now, its day, its sessions, commands and messages."""

import datetime as dt
from typing import Any

from django.contrib import messages
from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from apps.accounts.access import Level
from apps.accounts.queries import find_owner_name, list_site_grants
from apps.cards.queries import get_id_token
from apps.core import clock
from apps.core.refused import NotFound, Refused
from apps.dashboard import formats, refusals
from apps.dashboard.access import PageRequest, act, page, require_level
from apps.dashboard.installers import fragments, power, queries, starting, station_reads
from apps.dashboard.installers.facts import StationFact
from apps.dashboard.numbers import whole
from apps.dashboard.searching import searched
from apps.stations.commands.operating import MESSAGES
from apps.stations.operations import request_command

PAGE_SIZE = 50


def get_station(request: PageRequest, identity: str, level: Level = Level.BASIC) -> StationFact:
    """Return a station this person may see at a level.

    :raises NotFound: there is none, or it is on a site they do not see.
    :raises Forbidden: they see it, but not at this level.
    """
    station = queries.get_station(sites=request.access.sites_at(Level.BASIC), identity=identity)
    require_level(request, level, station.site_uid)
    return station


def _day_asked(request: PageRequest, station: StationFact) -> dt.date:
    zone = formats.zone(station.time_zone)
    today = clock.now().astimezone(zone).date()
    try:
        asked = dt.date.fromisoformat(request.GET.get("day", ""))
    except ValueError:
        return today
    return asked if dt.date(2000, 1, 1) <= asked <= today else today


def _chart(station: StationFact, day: dt.date) -> dict[str, Any]:
    zone = formats.zone(station.time_zone)
    begin, end = power.day_bounds(day, zone)
    rows = station_reads.power_rows(station_id=station.id, begin=begin, end=end)
    lines = power.series_of(rows)
    highest = power.peak(lines)
    data = power.chart_data(lines, begin=begin, end=end)
    data |= {"now": int(clock.now().timestamp()), "zone": station.time_zone}
    data["sessions"] = station_reads.session_spans(station_id=station.id, begin=begin, end=end)
    return {
        "data": data,
        "lines": lines,
        "source": reverse("installers:power", args=[station.identity]) + f"?day={day}",
        "day": day,
        "begin": begin,
        "is_average": any(line.is_average for line in lines),
        "peak_w": highest[1] if highest else None,
        "peak_at": dt.datetime.fromtimestamp(highest[0], dt.UTC) if highest else None,
    }


def around(request: PageRequest, station: StationFact, tab: str) -> dict[str, Any]:
    """Return what every page of a station shows around its own part."""
    shown = fragments.levels(request.access, station)
    number = station_reads.count_station_sessions(station_id=station.id)
    return {
        "station": station,
        "section": "installers:fleet",
        "tab": tab,
        "session_count": number,
        "now": clock.now(),
        **shown,
    }


@require_GET
@page("installers", "owners")
def overview(request: PageRequest, identity: str) -> HttpResponse:
    """Show what a station does now, and its day."""
    station = get_station(request, identity)
    context = around(request, station, "overview")
    context["parts"] = {
        part.id.replace("-", "_"): part
        for part in fragments.station_fragments(station, request.access, clock.now())
    }
    context["chart"] = _chart(station, _day_asked(request, station))
    if context["may_read"]:
        shown = station_reads.list_messages(station_id=station.id, limit=fragments.MESSAGES_SHOWN)
        context["log"] = shown
        context["meters"], context["meters_before"] = station_reads.list_meters_in_place(
            station_id=station.id
        )
        uid, now = station.site_uid, clock.now()
        context["owner"] = find_owner_name(site_uid=uid, now=now)
        context["grants"] = list(list_site_grants(site_uids=[uid], now=now)[:20])
    if context["may_operate"]:
        context["cards"] = starting.list_cards(station, request.access)
        context["places"] = starting.list_connectors(station)
    return render(request, "dashboard/installers/station.html", context)


@require_GET
@page("installers", "owners")
def power_data(request: PageRequest, identity: str) -> HttpResponse:
    """Give the columns of the day's chart: the page asks when a live hint says they changed."""
    station = get_station(request, identity)
    return JsonResponse(_chart(station, _day_asked(request, station))["data"])


@require_GET
@page("installers", "owners")
def sessions(request: PageRequest, identity: str) -> HttpResponse:
    """Show every session of a station, newest first."""
    station = get_station(request, identity, Level.SENSITIVE)
    number = whole(request.GET.get("page")) or 1
    context = around(request, station, "sessions")
    rows = station_reads.list_station_sessions(
        station_id=station.id, limit=PAGE_SIZE + 1, before=(number - 1) * PAGE_SIZE
    )
    context |= {"sessions": rows[:PAGE_SIZE], "page": number, "has_more": len(rows) > PAGE_SIZE}
    return render(request, "dashboard/installers/station_sessions.html", context)


@require_GET
@page("installers", "owners")
def log(request: PageRequest, identity: str) -> HttpResponse:
    """Show the frames of a station, newest first."""
    station = get_station(request, identity, Level.SENSITIVE)
    text = searched(request, longest=50)
    rows = station_reads.list_messages(
        station_id=station.id,
        limit=PAGE_SIZE + 1,
        before=whole(request.GET.get("before")) or 0,
        text=text,
    )
    context = around(request, station, "log")
    context |= {"log": rows[:PAGE_SIZE], "text": text, "has_more": len(rows) > PAGE_SIZE}
    context["oldest"] = rows[PAGE_SIZE - 1].id if context["has_more"] else 0
    return render(request, "dashboard/installers/station_log.html", context)


@require_GET
@page("installers", "owners")
def commands(request: PageRequest, identity: str) -> HttpResponse:
    """Show the commands of a station with their outcomes, newest first."""
    station = get_station(request, identity, Level.SENSITIVE)
    context = around(request, station, "commands")
    context["commands"] = station_reads.list_commands(station_id=station.id, limit=PAGE_SIZE)
    context["triggers"] = MESSAGES
    return render(request, "dashboard/installers/station_commands.html", context)


def _start(request: PageRequest, station: StationFact) -> dict[str, Any]:
    """Return the arguments of a start.

    :raises NotFound: the card chosen is none that this person could choose.
    :raises Refused: the card charges already.
    """
    chosen = whole(request.POST.get("card")) or 0
    choices = {card.id: card for card in starting.list_cards(station, request.access)}
    if chosen not in choices:
        raise NotFound("token_unknown")
    if choices[chosen].is_busy:
        raise Refused("token_busy", field="card")
    place = f"{request.POST.get('connector', '')}.1".split(".")[:2]
    evse, connector = (whole(part) for part in place)
    token = get_id_token(card_id=chosen).spelling
    return {"evse": evse or 0, "connector": connector or 1, "token": token}


# The fields of the forms of these commands are named as their arguments are.
FORMS: dict[str, tuple[str, ...]] = {
    "stop-charging": ("transaction_id",),
    "reset": ("type",),
    "unlock": ("evse",),
    "set-availability": ("evse", "operative"),
    "trigger": ("message",),
    "clear-cache": (),
}
_ON_TAB = frozenset({"unlock", "set-availability", "trigger", "clear-cache"})
_FLAGS = {"true": True, "false": False}


def _arguments(request: PageRequest, station: StationFact, kind: str) -> dict[str, Any]:
    """Return the arguments of a command from its form; what was left empty is left out.

    :raises NotFound: no form asks for this kind of command.
    """
    if kind == "start-charging":
        return _start(request, station)
    if kind not in FORMS:
        raise NotFound("command_unknown")
    sent = {name: request.POST.get(name, "") for name in FORMS[kind]}
    return {name: _FLAGS.get(value, value) for name, value in sent.items() if value}


@require_POST
@page("installers", "owners")
def command(request: PageRequest, identity: str, kind: str) -> HttpResponse:
    """Ask for a command; its outcome appears on the page as the station answers."""
    station = get_station(request, identity, Level.OPERATE)
    try:
        arguments = _arguments(request, station, kind)
        act(
            request_command,
            station_id=station.id,
            kind=kind,
            args=arguments,
            now=clock.now(),
        )
    except NotFound as error:
        if error.reason != "token_unknown":
            raise
        messages.error(request, _("Kies een pas waarmee de sessie start."))
    except Refused as error:
        messages.error(request, refusals.say(error))
    here = "installers:station-commands" if kind in _ON_TAB else "installers:station"
    return redirect(here, station.identity)
