"""The parts of the station page that change while one looks: page and live push use the same."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.template.loader import render_to_string

from apps.accounts.access import Access, Level
from apps.dashboard.installers import station_reads
from apps.dashboard.installers.facts import ConnectorFact, StationFact
from apps.dashboard.installers.station_reads import SessionFact

SESSIONS_SHOWN = 8
COMMANDS_SHOWN = 3
MESSAGES_SHOWN = 10


@dataclass(frozen=True, slots=True)
class Fragment:
    """A part of a page: the element it fills, its template and its context."""

    id: str
    template: str
    context: dict[str, Any]

    def render(self) -> str:
        """Return the element."""
        return render_to_string(self.template, self.context)

    def partial(self) -> str:
        """Return the element as a push that replaces itself on an open page."""
        return (
            f'<hx-partial hx-target="#{self.id}" hx-swap="outerHTML">{self.render()}</hx-partial>'
        )


def levels(access: Access, station: StationFact) -> dict[str, bool]:
    """Return what a person may see and do of a station."""
    level = access.level_on(station.site_uid) or 0
    return {
        "may_read": level >= Level.SENSITIVE,
        "may_operate": level >= Level.OPERATE,
        "may_see_money": level >= Level.FINANCE,
    }


def _running(station: StationFact) -> list[tuple[ConnectorFact, SessionFact | None]]:
    """Return each connector with its session; a refused one while the connector charges."""
    sessions = station_reads.list_open_sessions(station_id=station.id)
    charging = {connector.label for connector in station.connectors if connector.is_charging}
    running = {
        session.connector: session
        for session in sessions
        if not session.is_refused or session.connector in charging
    }
    return [(connector, running.get(connector.label)) for connector in station.connectors]


def station_fragments(station: StationFact, access: Access, now: dt.datetime) -> list[Fragment]:
    """Return the live parts of the overview of one station."""
    shown = {"station": station, "now": now, **levels(access, station)}
    parts = [Fragment("station-state", "dashboard/installers/_station_state.html", shown)]
    rows = _running(station) if shown["may_read"] else [(c, None) for c in station.connectors]
    parts.append(
        Fragment(
            "connectors", "dashboard/installers/_connectors.html", {**shown, "connectors": rows}
        )
    )
    if not shown["may_read"]:
        return parts
    newest = station_reads.list_station_sessions(station_id=station.id, limit=SESSIONS_SHOWN)
    commands = station_reads.list_commands(station_id=station.id, limit=COMMANDS_SHOWN)
    parts.append(
        Fragment("sessions", "dashboard/installers/_sessions.html", {**shown, "sessions": newest})
    )
    parts.append(
        Fragment("commands", "dashboard/installers/_commands.html", {**shown, "commands": commands})
    )
    return parts
