"""The fleet: every station this person may see."""

import csv
import io
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from apps.accounts.access import Level
from apps.core import clock
from apps.dashboard import formats
from apps.dashboard.access import PageRequest, page
from apps.dashboard.installers import facts, queries
from apps.dashboard.installers.facts import StationFact
from apps.dashboard.numbers import whole

_HEAD = (
    *("station", "site", "status", "note", "connection", "operation", "connectors", "power_w"),
    *("grade", "vendor", "model", "serial", "firmware", "last_seen_utc"),
)
COLUMNS = ("status", "station", "site", "power", "seen")


def _asked(request: HttpRequest) -> dict[str, Any]:
    wanted = request.GET
    return {
        "text": wanted.get("q", "").replace("\x00", "").strip()[:100],
        "site_id": whole(wanted.get("site")),
        "state": wanted.get("state", "") if wanted.get("state") in facts.STATES else "",
        "sort": wanted.get("sort", "status") if wanted.get("sort") in queries.SORTS else "status",
    }


def _tabs(found: queries.FleetPage) -> list[tuple[str, str, int]]:
    words = (
        ("fault", _("Storing")),
        ("offline", _("Offline")),
        ("never", _("Nooit gezien")),
        ("waiting", _("Wacht")),
        ("charging", _("Laadt nu")),
        ("free", _("Vrij")),
    )
    rows = [(name, word, found.counts[facts.STATES[name]]) for name, word in words]
    return [("", _("Alle"), found.total), *[row for row in rows if row[2]]]


def _sorting(current: str) -> dict[str, tuple[str, str]]:
    """Return for each column what its head leads to, and the direction it is in now."""
    found = {}
    for name in COLUMNS:
        turned = f"-{name}" if current == name else name
        direction = {name: "ascending", f"-{name}": "descending"}.get(current, "")
        found[name] = (turned, direction)
    return found


@require_GET
@page("installers")
def fleet(request: PageRequest) -> HttpResponse:
    """Show the stations, worst first."""
    asked = _asked(request)
    sites = request.access.sites_at(Level.BASIC)
    found = queries.get_fleet(sites=sites, page=whole(request.GET.get("page")) or 1, **asked)
    context = {
        "found": found,
        "asked": asked,
        "tabs": _tabs(found),
        "sorting": _sorting(asked["sort"]),
        "sites": queries.visible_sites(sites).order_by("name"),
        "is_filtered": bool(asked["text"] or asked["site_id"] or asked["state"]),
        "live_ids": ".".join(str(row.id) for row in found.rows),
        "may_add": request.access.tenant_level is not None
        and request.access.tenant_level >= Level.OPERATE,
    }
    return render(request, "dashboard/installers/fleet.html", context)


def cell(value: object) -> str:
    """Return a value for a spreadsheet: what would be read as a formula becomes text."""
    text = "" if value is None else str(value).replace("\x00", "")
    return f"'{text}" if text[:1] in {"=", "+", "-", "@", "\t", "\r"} else text


def _line(row: StationFact) -> list[object]:
    seen = formats.local(row.seen_at, "UTC") if row.seen_at else None
    return [
        row.identity,
        row.site_name,
        row.word,
        row.note,
        row.link_word,
        row.use_word,
        " ".join(f"{c.label}:{c.word}" for c in row.connectors),
        row.power_w,
        row.grade,
        row.vendor,
        row.model,
        row.serial,
        row.firmware,
        seen.isoformat(timespec="seconds") if seen else None,
    ]


@require_GET
@page("installers")
def fleet_csv(request: PageRequest) -> HttpResponse:
    """Give the same stations as a file, machine dates and points."""
    found = queries.get_fleet(
        sites=request.access.sites_at(Level.BASIC), page=None, **_asked(request)
    )
    target = io.StringIO()
    writer = csv.writer(target, delimiter=";")
    writer.writerow(_HEAD)
    for row in found.rows:
        writer.writerow([cell(value) for value in _line(row)])
    name = f"laadpalen-{clock.now():%Y-%m-%d}.csv"
    return HttpResponse(
        "\ufeff" + target.getvalue(),
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )
