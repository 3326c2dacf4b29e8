"""One session, from its energy down to the raw frames; no money here."""

import datetime as dt
import uuid
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from apps.accounts.access import Level
from apps.core import clock
from apps.dashboard.access import PageRequest, page, require_level
from apps.dashboard.installers import power, session_reads
from apps.dashboard.installers.session_reads import SessionDetail

_MARGIN = dt.timedelta(minutes=5)


def _chart(found: SessionDetail) -> dict[str, Any]:
    """Return the power between begin and end, with a margin."""
    begin, end = found.fact.started_at, found.fact.ended_at or clock.now()
    if begin.year > 1 and end.year < 9999:  # a clock that was never set has no margin around it
        begin, end = begin - _MARGIN, end + _MARGIN
    lines = power.series_of(found.readings)
    highest = power.peak(lines)
    data = power.chart_data(lines, begin=begin, end=end)
    data |= {"now": None, "zone": found.fact.time_zone, "sessions": []}
    return {
        "data": data,
        "lines": lines,
        "source": "",
        "is_average": any(line.is_average for line in lines),
        "peak_w": highest[1] if highest else None,
        "peak_at": dt.datetime.fromtimestamp(highest[0], dt.UTC) if highest else None,
    }


@require_GET
@page("installers", "owners")
def session(request: PageRequest, uid: uuid.UUID) -> HttpResponse:
    """Show a session: energy, grade with reasons, registers, readings, frames."""
    found = session_reads.get_session(sites=request.access.sites_at(Level.BASIC), uid=uid)
    require_level(request, Level.SENSITIVE, found.site_uid)
    context = {
        "found": found,
        "session": found.fact,
        "zone": found.fact.time_zone,
        "chart": _chart(found),
        "section": "installers:fleet",
    }
    return render(request, "dashboard/installers/session.html", context)
