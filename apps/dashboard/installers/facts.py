"""What a station and its connectors are doing, in words and shapes (no database).

Connectivity, operation and occupancy stay three facts. The status of a row is the worst of them.
"""

import datetime as dt
import uuid
from dataclasses import dataclass, field
from decimal import Decimal

from django.utils.translation import gettext as _

FAULT, OFFLINE, NEVER, OUT_OF_USE, WAITING, CHARGING, FREE, UNKNOWN = range(8)
STATES = {  # as the address of the page names them
    "fault": FAULT,
    "offline": OFFLINE,
    "never": NEVER,
    "waiting": WAITING,
    "charging": CHARGING,
    "free": FREE,
}
_KINDS = {
    FAULT: "bad",
    OFFLINE: "off",
    NEVER: "warn",
    OUT_OF_USE: "off",
    WAITING: "warn",
    CHARGING: "go",
    FREE: "ok",
    UNKNOWN: "off",
}


@dataclass(frozen=True, slots=True)
class ConnectorFact:
    """A connector as a page shows it; power in W, current in A, register in Wh."""

    id: int
    evse: int
    number: int
    kind: str
    word: str
    is_charging: bool = False
    error: str = ""
    power_w: int | None = None
    current_a: Decimal | None = None
    register_wh: Decimal | None = None
    measured_at: dt.datetime | None = None
    status_at: dt.datetime | None = None

    @property
    def label(self) -> str:
        """What is printed on the plug: OCPP 1.6 numbers its connectors as EVSEs."""
        return str(self.evse) if self.number == 1 else f"{self.evse}.{self.number}"


@dataclass(frozen=True, slots=True)
class StationFact:
    """A station as a page shows it."""

    id: int
    identity: str
    site_id: int
    site_name: str
    site_uid: uuid.UUID
    time_zone: str
    rank: int
    is_online: bool
    is_operative: bool
    seen_at: dt.datetime | None
    connected_at: dt.datetime | None
    disconnected_at: dt.datetime | None
    created_at: dt.datetime
    booted_at: dt.datetime | None = None
    vendor: str = ""
    model: str = ""
    serial: str = ""
    firmware: str = ""
    protocol: str = ""
    max_kw: Decimal | None = None
    grade: str = ""
    connectors: list[ConnectorFact] = field(default_factory=list)

    @property
    def kind(self) -> str:
        """Shape of the status."""
        return _KINDS[self.rank]

    @property
    def word(self) -> str:
        """Word of the status."""
        return {
            FAULT: _("Storing"),
            OFFLINE: _("Offline"),
            NEVER: _("Nooit gezien"),
            OUT_OF_USE: _("Buiten dienst"),
            WAITING: _("Wacht"),
            CHARGING: _("Laadt"),
            FREE: _("Vrij"),
            UNKNOWN: _("Onbekend"),
        }[self.rank]

    @property
    def note(self) -> str:
        """One thing more that says what to think of the status."""
        if self.rank == FAULT:
            return next((c.error for c in self.connectors if c.kind == "bad" and c.error), "")
        if self.rank == WAITING:
            return next((c.word for c in self.connectors if c.kind == "warn"), "")
        return ""

    @property
    def charging(self) -> int:
        """How many connectors charge."""
        return sum(c.is_charging for c in self.connectors)

    @property
    def power_w(self) -> int | None:
        """Power now in W; None when it is not known."""
        if not self.is_online:
            return None
        known = [c.power_w for c in self.connectors if c.power_w is not None and c.is_charging]
        return sum(known) if known else None

    @property
    def link_kind(self) -> str:
        """Shape of the connectivity."""
        if self.is_online:
            return "ok"
        return "off" if self.seen_at else "warn"

    @property
    def link_word(self) -> str:
        """Word of the connectivity."""
        if self.is_online:
            return _("online")
        return _("offline") if self.seen_at else _("nooit gezien")

    @property
    def use_word(self) -> str:
        """Word of the operation: whether it may charge, not whether it does."""
        return _("inzetbaar") if self.is_operative else _("buiten dienst")


def connector_state(*, is_online: bool, occupancy: str, charging_state: str) -> tuple[str, str]:
    """Return the shape and the word of a connector; of an offline station we know nothing."""
    if not is_online:
        return "off", _("onbekend")
    if occupancy == "occupied":
        return {
            "charging": ("go", _("laadt")),
            "suspended_ev": ("warn", _("auto wacht")),
            "suspended_evse": ("warn", _("paal wacht")),
            "finishing": ("warn", _("klaar, stekker zit er nog in")),
        }.get(charging_state, ("warn", _("stekker in, laadt niet")))
    return {
        "available": ("ok", _("vrij")),
        "reserved": ("two", _("gereserveerd")),
        "unavailable": ("off", _("buiten dienst")),
        "faulted": ("bad", _("storing")),
    }.get(occupancy, ("off", _("onbekend")))
