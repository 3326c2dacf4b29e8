"""Stations with their parts, the commands we send them, and the chained journal of their frames."""

import uuid

from django.contrib.postgres.functions import RandomUUID
from django.db import models
from django.db.models.functions import Now

from apps.core.ledger import LedgerModel


class Station(models.Model):
    """A charging station. Connectivity, operation and occupancy are three separate facts."""

    class Registration(models.TextChoices):
        """What BootNotification was last answered (kept: a reconnect sends no boot)."""

        ACCEPTED = "Accepted"
        PENDING = "Pending"
        REJECTED = "Rejected"

    site = models.ForeignKey(
        "charging_sites.Site", on_delete=models.PROTECT, related_name="stations"
    )
    directory = models.OneToOneField(
        "tenants.DirectoryEntry", on_delete=models.PROTECT, related_name="+"
    )
    identity = models.CharField(max_length=48, unique=True)
    identity_key = models.CharField(max_length=48, unique=True)  # casefolded
    # what the station says of itself
    vendor = models.CharField(max_length=255, default="", db_default="", blank=True)
    model = models.CharField(max_length=255, default="", db_default="", blank=True)
    serial = models.CharField(max_length=255, default="", db_default="", blank=True)
    firmware = models.CharField(max_length=255, default="", db_default="", blank=True)
    iccid = models.CharField(max_length=20, default="", db_default="", blank=True)  # its SIM
    imsi = models.CharField(max_length=20, default="", db_default="", blank=True)
    protocol = models.CharField(max_length=12, default="", db_default="", blank=True)
    registration = models.CharField(
        max_length=8, choices=Registration.choices, default=Registration.ACCEPTED
    )
    booted_at = models.DateTimeField(null=True)
    settings_read_at = models.DateTimeField(null=True)  # when it last told all of them
    # connectivity: `epoch` fences the newest authenticated socket over all processes
    is_online = models.BooleanField(default=False, db_default=False)
    epoch = models.BigIntegerField(default=0, db_default=0)
    connected_at = models.DateTimeField(null=True)
    disconnected_at = models.DateTimeField(null=True)
    last_seen_at = models.DateTimeField(null=True)
    # what it last said of the box as a whole (1.6: connector 0)
    reported_status = models.CharField(max_length=12, default="", db_default="", blank=True)
    reported_error = models.CharField(max_length=50, default="", db_default="", blank=True)
    reported_at = models.DateTimeField(null=True)
    # operation: what we asked for
    is_operative = models.BooleanField(default=True, db_default=True)
    max_kw = models.DecimalField(max_digits=7, decimal_places=3, default=22, db_default=22)
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        ordering = ["identity"]

    def __str__(self) -> str:
        return self.identity


class Evse(models.Model):
    """A place to charge one vehicle; OCPP 1.6 connector n is EVSE n, connector 1."""

    station = models.ForeignKey(Station, on_delete=models.CASCADE, related_name="evses")
    number = models.PositiveIntegerField()

    class Meta:
        ordering = ["number"]
        constraints = [models.UniqueConstraint(fields=["station", "number"], name="evse_key")]

    def __str__(self) -> str:
        return f"{self.station_id}/{self.number}"


class Connector(models.Model):
    """A plug of an EVSE, with what the station last said of it."""

    class Occupancy(models.TextChoices):
        """The version-neutral availability (protocol.md §4.2)."""

        UNKNOWN = "unknown"
        AVAILABLE = "available"
        OCCUPIED = "occupied"
        RESERVED = "reserved"
        UNAVAILABLE = "unavailable"
        FAULTED = "faulted"

    evse = models.ForeignKey(Evse, on_delete=models.CASCADE, related_name="connectors")
    number = models.PositiveIntegerField(default=1)
    occupancy = models.CharField(
        max_length=12, choices=Occupancy.choices, default=Occupancy.UNKNOWN, db_default="unknown"
    )
    # charging, suspended_ev, suspended_evse, ev_connected, finishing or empty
    charging_state = models.CharField(max_length=20, default="", db_default="", blank=True)
    error_code = models.CharField(max_length=50, default="", db_default="", blank=True)
    vendor_error = models.CharField(max_length=255, default="", db_default="", blank=True)
    info = models.CharField(max_length=255, default="", db_default="", blank=True)
    status_at = models.DateTimeField(null=True)  # the station's own moment: older ones are ignored
    status_received_at = models.DateTimeField(null=True)
    # the newest measured values, for live pages
    power_w = models.IntegerField(null=True)
    current_a = models.DecimalField(max_digits=8, decimal_places=3, null=True)
    register_wh = models.DecimalField(max_digits=18, decimal_places=3, null=True)
    measured_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["evse", "number"]
        constraints = [models.UniqueConstraint(fields=["evse", "number"], name="connector_key")]

    def __str__(self) -> str:
        return f"{self.evse_id}/{self.number}"


class Command(models.Model):
    """An order to a station: the row is the truth, NOTIFY only nudges the node with the socket."""

    class State(models.TextChoices):
        """protocol.md §4.4: an answer is not yet a confirmation."""

        QUEUED = "queued"
        SENT = "sent"
        ACCEPTED = "accepted"
        REJECTED = "rejected"
        SCHEDULED = "scheduled"
        NOT_SUPPORTED = "not_supported"
        ERROR = "error"
        TIMEOUT = "timeout"
        OFFLINE = "offline"
        EXPIRED = "expired"
        CONFIRMED = "confirmed"
        UNCONFIRMED = "unconfirmed"

    uid = models.UUIDField(unique=True, default=uuid.uuid4, db_default=RandomUUID())
    station = models.ForeignKey(Station, on_delete=models.PROTECT, related_name="commands")
    kind = models.CharField(max_length=40)  # start-charging, stop-charging, reset …
    args = models.JSONField(default=dict)
    state = models.CharField(max_length=14, choices=State.choices, default=State.QUEUED)
    response = models.JSONField(null=True)  # what the station answered, or the error
    progress = models.CharField(max_length=40, default="", db_default="", blank=True)
    # why its effect is not what was asked: a cause of ours, such as a refused card
    reason = models.CharField(max_length=40, default="", db_default="", blank=True)
    message_id = models.CharField(max_length=36, default="", db_default="", blank=True)
    requested_by = models.CharField(max_length=120, default="", blank=True)
    requested_by_id = models.BigIntegerField(null=True)
    channel = models.CharField(max_length=20, default="", blank=True)  # page, api …
    requested_at = models.DateTimeField()
    expires_at = models.DateTimeField()  # not sent by then: expired
    sent_at = models.DateTimeField(null=True)
    answered_at = models.DateTimeField(null=True)
    confirm_until = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)  # confirmed, or sure that it will not be

    class Meta:
        ordering = ["-pk"]
        indexes = [
            models.Index(
                fields=["station", "id"],
                condition=models.Q(state__in=["queued", "sent", "accepted", "scheduled"]),
                name="command_open",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.state}"


class Setting(models.Model):
    """A setting of a station as it last told it; in OCPP 1.6 the component is empty."""

    station = models.ForeignKey(Station, on_delete=models.CASCADE, related_name="settings")
    component = models.CharField(max_length=50, default="", db_default="", blank=True)
    variable = models.CharField(max_length=50)
    value = models.CharField(max_length=2500, default="", db_default="", blank=True)
    is_hidden = models.BooleanField(default=False)  # it may be written only
    is_readonly = models.BooleanField(default=False)
    told_at = models.DateTimeField()

    class Meta:
        ordering = ["station", "component", "variable"]
        constraints = [
            models.UniqueConstraint(
                fields=["station", "component", "variable"], name="setting_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.variable} = {self.value}"


class StationImport(models.Model):
    """A file of stations: checked row by row, then all of them made, or none."""

    class State(models.TextChoices):
        """Where it is."""

        CHECKED = "checked"
        DONE = "done"
        UNDONE = "undone"

    uid = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    name = models.CharField(max_length=200)  # of the file
    rows = models.JSONField()  # number, values, problem; a key only as salt and hash
    state = models.CharField(max_length=8, choices=State.choices, default=State.CHECKED)
    requested_by = models.CharField(max_length=120, default="", blank=True)
    checked_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-pk"]

    def __str__(self) -> str:
        return self.name


class JournalConnection(LedgerModel):
    """One socket of a station; its head anchors the chain to the connection before."""

    uid = models.UUIDField(unique=True)
    station = models.ForeignKey(Station, on_delete=models.PROTECT, related_name="connections")
    opened_at = models.DateTimeField()
    protocol = models.CharField(max_length=12, db_default="")
    remote = models.CharField(max_length=60, db_default="")
    before_hash = models.BinaryField(max_length=32)
    head_hash = models.BinaryField(max_length=32)

    def __str__(self) -> str:
        return str(self.uid)


class ConnectionEnd(LedgerModel):
    """When and why a socket went: written once, by whoever saw it go.

    A connection without one is open, or its process died and no newer socket came yet.
    """

    class Cause(models.TextChoices):
        """Why, as far as we can tell from our side."""

        STATION = "station"  # it said goodbye
        LINE = "line"  # nothing was said: the line broke, or the station lost its power
        NEWER = "newer"  # a newer socket of the station took its place
        RESTART = "restart"  # we restarted
        FLOOD = "flood"  # it sent more than it may
        RULES = "rules"  # it broke the rules of the websocket
        STORE = "store"  # our database was away
        LOST = "lost"  # our process died

    connection = models.OneToOneField(
        JournalConnection, on_delete=models.PROTECT, primary_key=True, related_name="end"
    )
    ended_at = models.DateTimeField()
    cause = models.CharField(max_length=8, choices=Cause.choices)
    code = models.PositiveSmallIntegerField(null=True)  # of the websocket's close frame

    def __str__(self) -> str:
        return f"{self.connection_id}: {self.cause}"


class JournalRow(LedgerModel):
    """One frame in or out: its place in the chain. What it said stands in `JournalPayload`.

    `docs/algorithms/evidence.md` fixes the format. The leaf stays when the payload is dropped.
    """

    connection = models.ForeignKey(
        JournalConnection, on_delete=models.PROTECT, related_name="rows", db_index=False
    )
    seq = models.BigIntegerField()
    direction = models.CharField(max_length=3)  # in, out
    at = models.DateTimeField()  # received, or sent
    action = models.CharField(max_length=50, db_default="")
    message_id = models.CharField(max_length=36, db_default="")
    latency_us = models.IntegerField(null=True)  # on an answer: since the CALL
    remark = models.CharField(max_length=60, db_default="")  # why a frame is doubtful; not hashed
    leaf = models.BinaryField(max_length=32)
    row_hash = models.BinaryField(max_length=32, unique=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["connection", "seq"], name="journal_row_key"),
        ]

    def __str__(self) -> str:
        return f"{self.connection_id}/{self.seq}"


class JournalPayload(LedgerModel):
    """The bytes of a frame, personal values sealed; dropped by the owner's retention only."""

    row = models.OneToOneField(
        JournalRow, on_delete=models.PROTECT, primary_key=True, related_name="payload"
    )
    body = models.BinaryField()

    def __str__(self) -> str:
        return str(self.row_id)


class JournalSecret(LedgerModel):
    """Salt and value behind one commitment; erasing it removes the person, not the proof."""

    row = models.ForeignKey(JournalRow, on_delete=models.PROTECT, related_name="secrets")
    commitment = models.CharField(max_length=64)
    salt = models.BinaryField(max_length=16)
    value = models.BinaryField()

    def __str__(self) -> str:
        return self.commitment[:8]


class SecurityEvent(LedgerModel):
    """What happened at the door that a person should know of."""

    station = models.ForeignKey(
        Station, on_delete=models.PROTECT, related_name="security_events", null=True
    )
    at = models.DateTimeField()
    kind = models.CharField(max_length=40)  # second_socket, foreign_transaction, wrong_key …
    detail = models.JSONField(default=dict)

    def __str__(self) -> str:
        return self.kind
