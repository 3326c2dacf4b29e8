"""Effects of commands that no message names: they are looked for in what the station has told."""

from collections.abc import Callable

from apps.stations.models import Command, Connector, JournalConnection, JournalRow

_LOOKED_AT = 200  # frames since a trigger: more is not needed within its minute


def _availability(command: Command) -> bool:
    """Whether the connectors that were meant are in or out of use as ordered."""
    found = Connector.objects.filter(evse__station_id=command.station_id)
    if "evse" in command.args:
        found = found.filter(evse__number=command.args["evse"])
    states = list(found.values_list("occupancy", flat=True))
    out = [state == Connector.Occupancy.UNAVAILABLE for state in states]
    return bool(out) and (not any(out) if command.args["operative"] else all(out))


def _trigger(command: Command) -> bool:
    """Whether the message that was asked for came after the question."""
    newest = JournalConnection.objects.filter(station_id=command.station_id).order_by("-pk").first()
    rows = JournalRow.objects.filter(connection=newest).order_by("-seq")[:_LOOKED_AT]
    return command.sent_at is not None and any(
        row.direction == "in"
        and row.action == command.args["message"]
        and row.at >= command.sent_at
        for row in rows
    )


_PROOFS: dict[str, Callable[[Command], bool]] = {
    "set-availability": _availability,
    "trigger": _trigger,
}
PROVABLE = tuple(_PROOFS)


def is_seen(command: Command) -> bool:
    """Whether a station has shown that it did what a command asked."""
    proof = _PROOFS.get(command.kind)
    return proof is not None and proof(command)
