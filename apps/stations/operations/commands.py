"""Writes of commands: the row is the truth, NOTIFY only nudges the process with the socket."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.db.models import Q, QuerySet

from apps.audit import actor, operations as audit
from apps.core import binding
from apps.core.events import emit
from apps.core.refused import NotFound
from apps.core.tokens import mask_token
from apps.stations.commands import kind_of
from apps.stations.models import Command, Station
from apps.stations.operations.configuration import Configuration, record_configuration
from apps.stations.operations.proofs import PROVABLE, is_seen

WAKE_UPS = "laadboek_commands"  # NOTIFY schema:station:command
LOST_AFTER_S = 60  # a sent command whose process died has no answer after this
_OPEN = (Command.State.QUEUED, Command.State.SENT, Command.State.ACCEPTED, Command.State.SCHEDULED)
_CONFIRMABLE = (Command.State.SENT, Command.State.ACCEPTED, Command.State.SCHEDULED)
_HOPEFUL = (Command.State.ACCEPTED, Command.State.SCHEDULED)


@dataclass(frozen=True, slots=True)
class TakenCommand:
    """A command that this process must send now."""

    id: int
    kind: str
    args: dict[str, Any]


def request_command(
    *,
    station_id: int,
    kind: str,
    args: dict[str, Any],
    now: dt.datetime,
    expires_in_s: int = 60,
) -> Command:
    """Order something from a station: a row, an audit entry, and a nudge after the commit.

    :raises NotFound: there is no such station or kind of command.
    :raises Refused: an argument is missing or wrong; `field` names it.
    """
    read = kind_of(kind).read(args)
    if not Station.objects.filter(pk=station_id).exists():
        raise NotFound("station_unknown", "There is no such station.", field="station")
    who = actor.current()
    command = Command.objects.create(
        station_id=station_id,
        kind=kind,
        args=read,
        requested_by=who.name,
        requested_by_id=who.id,
        channel=who.channel,
        requested_at=now,
        expires_at=now + dt.timedelta(seconds=expires_in_s),
    )
    shown = {**read, "token": mask_token(read["token"])} if "token" in read else read
    audit.record(
        "stations.command.request",
        subject=f"station:{station_id}",
        after={"command": command.pk, "kind": kind, **shown},
    )
    with connection.cursor() as cursor:
        note = f"{binding.require()}:{station_id}:{command.pk}"
        cursor.execute("SELECT pg_notify(%s, %s)", [WAKE_UPS, note])
    _changed(command)
    return command


def take_command(
    *, command_id: int, epoch: int, message_id: str, now: dt.datetime
) -> TakenCommand | None:
    """Claim a queued command for the socket of this epoch; None when it is no longer to be sent."""
    command = (
        Command.objects.select_for_update(of=("self",))
        .select_related("station")
        .filter(pk=command_id, state=Command.State.QUEUED)
        .first()
    )
    if command is None or command.station.epoch != epoch:
        return None
    if command.expires_at <= now:
        _finish(command, Command.State.EXPIRED, now)
        return None
    command.state, command.sent_at, command.message_id = Command.State.SENT, now, message_id
    command.save(update_fields=["state", "sent_at", "message_id"])
    _changed(command)
    return TakenCommand(command.pk, command.kind, command.args)


def record_answer(
    *,
    command_id: int,
    state: str,
    response: dict[str, Any],
    now: dt.datetime,
    configuration: Configuration | None = None,
) -> None:
    """Keep a station's answer, or that there is none; a late answer changes no final state.

    What it tells of its settings is kept also when it is late.
    """
    command = Command.objects.select_for_update().get(pk=command_id)
    command.response = response
    if configuration is not None:
        is_whole = "keys" not in command.args
        record_configuration(
            station_id=command.station_id, told=configuration, is_whole=is_whole, now=now
        )
        _confirm_settings(command.station_id, configuration, now)
    if command.state not in {Command.State.QUEUED, Command.State.SENT}:
        command.save(update_fields=["response"])
        _changed(command)
        return
    if state != Command.State.TIMEOUT:
        command.answered_at = now
    within = kind_of(command.kind).confirm_within_s
    if state in _HOPEFUL and within:
        command.state, command.confirm_until = state, now + dt.timedelta(seconds=within)
        command.save(update_fields=["state", "response", "answered_at", "confirm_until"])
        _changed(command)
        if command.kind == "set-config":
            _read_again(command, now)
        return
    command.save(update_fields=["response", "answered_at"])
    _finish(command, Command.State.CONFIRMED if state in _HOPEFUL else state, now)


def _read_again(command: Command, now: dt.datetime) -> None:
    """Ask for a setting that was changed: only what the station then tells counts."""
    keys = {"keys": [command.args["key"]]}
    request_command(station_id=command.station_id, kind="get-config", args=keys, now=now)


def _confirm_settings(station_id: int, told: Configuration, now: dt.datetime) -> None:
    """Confirm the changes of settings whose value a station tells; keys have no case."""
    values = {one.variable.casefold(): one.value for one in told.settings}
    waiting = Command.objects.select_for_update().filter(
        station_id=station_id, kind="set-config", state__in=_CONFIRMABLE
    )
    for change in waiting:
        if values.get(change.args["key"].casefold()) == change.args["value"]:
            _finish(change, Command.State.CONFIRMED, now)


def confirm_commands(
    *,
    station_id: int,
    kind: str,
    match: dict[str, Any],
    now: dt.datetime,
    refused_because: str = "",
) -> int:
    """Mark sent or accepted commands as confirmed whose arguments hold `match`; returns how many.

    Called by whoever sees the effect: a started or ended session, a boot. When the station obeyed
    and we refused what it did, `refused_because` says why: it is not the station that failed.
    """
    found = Command.objects.select_for_update().filter(
        station_id=station_id, kind=kind, state__in=_CONFIRMABLE, args__contains=match
    )
    state = Command.State.UNCONFIRMED if refused_because else Command.State.CONFIRMED
    return sum(_finish(command, state, now, reason=refused_because) for command in found)


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a station is with something long, in its own word."""

    word: str
    is_done: bool = False
    is_failed: bool = False


def record_progress(
    *,
    station_id: int,
    kind: str,
    progress: Progress,
    request_id: int | None,
    now: dt.datetime,
) -> None:
    """Keep how far the newest open command of a kind is; its last word ends it.

    `request_id` names the command where the message carries one.
    """
    found = Command.objects.select_for_update().filter(
        station_id=station_id, kind=kind, state__in=_CONFIRMABLE
    )
    if request_id is not None:
        found = found.filter(pk=request_id)
    command = found.order_by("-pk").first()
    if command is None or not progress.word:
        return
    command.progress = progress.word
    command.save(update_fields=["progress"])
    if progress.is_done or progress.is_failed:
        state = Command.State.CONFIRMED if progress.is_done else Command.State.UNCONFIRMED
        _finish(command, state, now)
    else:
        _changed(command)


def sweep_commands(*, now: dt.datetime) -> int:
    """End what will not end by itself: never sent, never answered, seen, or never confirmed."""
    due = (
        Q(state=Command.State.QUEUED, expires_at__lte=now)
        | Q(state=Command.State.SENT, sent_at__lte=now - dt.timedelta(seconds=LOST_AFTER_S))
        | Q(state__in=_HOPEFUL, confirm_until__lte=now)
    )
    found: QuerySet[Command] = (
        Command.objects.select_for_update(of=("self",), skip_locked=True)
        .select_related("station")
        .filter(state__in=_OPEN)
        .filter(due | Q(state__in=_HOPEFUL, kind__in=PROVABLE))
    )
    ends = [(command, _end_of(command, now)) for command in found]
    return sum(_finish(command, end, now) for command, end in ends if end)


def _end_of(command: Command, now: dt.datetime) -> str:
    """Return the state in which a command ends now, or an empty text: it goes on."""
    if command.state in _HOPEFUL and is_seen(command):
        return Command.State.CONFIRMED
    if command.state == Command.State.QUEUED:
        online = command.station.is_online
        return Command.State.EXPIRED if online else Command.State.OFFLINE
    if command.state == Command.State.SENT:
        return Command.State.TIMEOUT
    is_over = command.confirm_until is not None and command.confirm_until <= now
    return Command.State.UNCONFIRMED if is_over else ""


def _finish(command: Command, state: str, now: dt.datetime, *, reason: str = "") -> int:
    command.state, command.finished_at, command.reason = state, now, reason
    command.save(update_fields=["state", "finished_at", "reason"])
    _changed(command)
    return 1


def _changed(command: Command) -> None:
    emit("commands.changed", command_id=command.pk, station_id=command.station_id)
