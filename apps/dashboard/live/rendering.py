"""What a live page gets: the same templates as the fresh page, in the same rights."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.template.loader import render_to_string
from django.utils import translation

from apps.accounts.access import Access, Level
from apps.core import clock
from apps.dashboard.installers import fragments, queries, station_reads
from apps.dashboard.installers.facts import StationFact


@dataclass(frozen=True, slots=True)
class Push:
    """Markup for one viewer; `newest` is the last message of the journal it has seen."""

    html: str
    log: str = ""
    log_count: int = 0
    newest: int = 0


def _partial(target: str, swap: str, html: str) -> str:
    return f'<hx-partial hx-target="#{target}" hx-swap="{swap}">{html}</hx-partial>'


def station_row(row: StationFact) -> str:
    """Render one row of the fleet."""
    return render_to_string("dashboard/installers/_station_row.html", {"row": row})


def render_rows(*, access: Access, stations: Iterable[int], language: str) -> str:
    """Render the rows of some stations, as far as this person may see them."""
    with translation.override(language):
        rows = queries.list_stations(sites=access.sites_at(Level.BASIC), ids=stations)
        return "".join(
            _partial(f"station-{row.id}", "outerMorph", station_row(row)) for row in rows
        )


def newest_message(*, station_id: int) -> int:
    """Return the id of the newest frame of a station, or 0."""
    rows = station_reads.list_messages(station_id=station_id, limit=1)
    return rows[0].id if rows else 0


def render_station(*, access: Access, station_id: int, after: int, language: str) -> Push | None:
    """Render what changed on a station's page, or None when it may not be seen any more.

    :param after: the newest message the page has; what came later is pushed beside the rest.
    """
    with translation.override(language):
        found = queries.list_stations(sites=access.sites_at(Level.BASIC), ids=[station_id])
        if not found:
            return None
        station = found[0]
        parts = fragments.station_fragments(station, access, clock.now())
        html = "".join(_partial(part.id, "outerMorph", part.render()) for part in parts)
        if not access.may(Level.SENSITIVE, station.site_uid):
            return Push(html)
        new = station_reads.list_messages(
            station_id=station_id, limit=fragments.MESSAGES_SHOWN, after=after
        )
        rows = "".join(
            render_to_string(
                "dashboard/installers/_message.html",
                {"message": message, "station": station, "is_new": True},
            )
            for message in new
        )
        log = _partial("log", "afterbegin", rows) if rows else ""
        return Push(html, log, len(new), new[0].id if new else after)
