"""Moving in: a file of stations is checked row by row, imported whole, and can be undone."""

import csv
import io
import uuid

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from apps.core import clock
from apps.core.refused import NotFound, Refused
from apps.dashboard import refusals
from apps.dashboard.access import PageRequest, act, page, posted
from apps.dashboard.installers.add_views import require_fleet, station_url
from apps.dashboard.installers.forms import ImportForm
from apps.stations.models import Station, StationImport
from apps.stations.operations import apply_import, check_import, undo_import


@require_http_methods(["GET", "POST"])
@page("installers")
def start(request: PageRequest) -> HttpResponse:
    """Take a file and check it; nothing is made yet."""
    require_fleet(request)
    form = ImportForm(posted(request), request.FILES or None)
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        try:
            uid = act(check_import, name=file.name, content=file.read(), now=clock.now())
        except Refused as error:
            form.add_error("file", refusals.say(error))
        else:
            return redirect("installers:import", uid)
    runs = list(StationImport.objects.all()[:10])
    context = {"form": form, "runs": runs, "section": "installers:fleet"}
    return render(request, "dashboard/installers/import_form.html", context)


def _run(uid: uuid.UUID) -> StationImport:
    run = StationImport.objects.filter(uid=uid).first()
    if run is None:
        raise NotFound("import_unknown")
    return run


@require_GET
@page("installers")
def result(request: PageRequest, uid: uuid.UUID) -> HttpResponse:
    """Show the result of a file, row by row; after the import who has connected."""
    require_fleet(request)
    run = _run(uid)
    names = [row["identity"] for row in run.rows]
    seen = set(
        Station.objects.filter(identity__in=names, connected_at__isnull=False).values_list(
            "identity", flat=True
        )
    )
    rows = [
        {
            **row,
            "say": refusals.say(Refused(row["problem"], row["problem"])) if row["problem"] else "",
            "is_seen": row["identity"] in seen,
        }
        for row in run.rows
    ]
    context = {
        "run": run,
        "rows": rows,
        "problems": sum(1 for row in rows if row["problem"]),
        "seen": len(seen),
        "section": "installers:fleet",
    }
    return render(request, "dashboard/installers/import_result.html", context)


@require_POST
@page("installers")
def apply(request: PageRequest, uid: uuid.UUID) -> HttpResponse:
    """Make every station of a file; the answer is the only page that shows the new keys."""
    require_fleet(request)
    run = _run(uid)
    try:
        made = act(apply_import, uid=run.uid, now=clock.now())
    except Refused as error:
        messages.error(request, refusals.say(error))
        return redirect("installers:import", uid)
    rows = [
        {"identity": one.identity, "url": station_url(request, one.identity), "key": one.key}
        for one in made
    ]
    context = {"run": run, "rows": rows, "csv": _as_csv(rows), "section": "installers:fleet"}
    return render(request, "dashboard/installers/import_done.html", context)


def _as_csv(rows: list[dict[str, str]]) -> str:
    text = io.StringIO()
    writer = csv.DictWriter(text, fieldnames=["identity", "url", "key"], delimiter=";")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()


@require_POST
@page("installers")
def undo(request: PageRequest, uid: uuid.UUID) -> HttpResponse:
    """Take back the stations of a file that none has connected from."""
    require_fleet(request)
    run = _run(uid)
    try:
        count = act(undo_import, uid=run.uid)
    except Refused as error:
        messages.error(request, refusals.say(error))
    else:
        said = ngettext(
            "%(number)s paal is teruggenomen.", "%(number)s palen zijn teruggenomen.", count
        )
        messages.success(request, said % {"number": count})
    return redirect("installers:import", uid)
