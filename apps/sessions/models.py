"""Charging sessions."""

import uuid

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.functions import RandomUUID
from django.db import models

from apps.core.ledger import LedgerModel


class Session(models.Model):
    """One charging transaction: from Start to settled. States and moves: `states.py`."""

    class State(models.TextChoices):
        """Its life."""

        ACTIVE = "active"
        REFUSED = "refused"  # the start was not accepted and took no energy
        CLOSED = "closed"  # ended; settles when due
        SETTLED = "settled"

    uid = models.UUIDField(unique=True, default=uuid.uuid4, db_default=RandomUUID())
    station = models.ForeignKey(
        "stations.Station", on_delete=models.PROTECT, related_name="sessions"
    )
    evse_number = models.PositiveIntegerField()
    connector_number = models.PositiveIntegerField(default=1, db_default=1)
    protocol = models.CharField(max_length=12, default="ocpp1.6", db_default="ocpp1.6")
    transaction_id = models.CharField(max_length=36)  # what the station calls it; 1.6: a number
    state = models.CharField(max_length=10, choices=State.choices, default=State.ACTIVE)
    id_token = models.CharField(max_length=255, default="", db_default="", blank=True)
    auth_status = models.CharField(max_length=20, default="", db_default="", blank=True)
    stop_id_token = models.CharField(max_length=255, default="", db_default="", blank=True)
    driver = models.ForeignKey(  # who held the card at the start; it may change hands later
        "accounts.User", on_delete=models.PROTECT, null=True, related_name="+"
    )
    payer_link = models.ForeignKey(  # the link valid at the start pays
        "accounts.PayerLink", on_delete=models.PROTECT, null=True, related_name="+"
    )
    started_at = models.DateTimeField()
    start_claimed_at = models.DateTimeField(null=True)  # what the station said, believed or not
    start_received_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    stop_claimed_at = models.DateTimeField(null=True)
    stop_received_at = models.DateTimeField(null=True)
    stop_reason = models.CharField(max_length=50, default="", db_default="", blank=True)
    register_start_wh = models.DecimalField(max_digits=18, decimal_places=3, null=True)
    register_stop_wh = models.DecimalField(max_digits=18, decimal_places=3, null=True)
    end_source = models.CharField(max_length=20, default="", db_default="", blank=True)
    begin_frame = models.ForeignKey(
        "stations.JournalRow", on_delete=models.PROTECT, null=True, related_name="+"
    )
    end_frame = models.ForeignKey(
        "stations.JournalRow", on_delete=models.PROTECT, null=True, related_name="+"
    )
    orphan_stop = models.OneToOneField(  # the stop that named no transaction of ours
        "charging_sessions.OrphanStop", on_delete=models.PROTECT, null=True, related_name="session"
    )
    # reason codes of money.md §2.5 and the session's own marks (superseded, late, offline …)
    flags = ArrayField(models.CharField(max_length=40), default=list, db_default=[])
    settle_due_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["started_at", "pk"]
        indexes = [
            models.Index(fields=["station", "started_at"], name="session_by_station"),
            models.Index(
                fields=["settle_due_at"],
                condition=models.Q(state="closed"),
                name="session_due",
            ),
            models.Index(
                fields=["station"], condition=models.Q(state="active"), name="session_open"
            ),
            models.Index(
                fields=["id_token"], condition=models.Q(state="active"), name="session_open_token"
            ),
            models.Index(fields=["driver", "started_at"], name="session_by_driver"),
            models.Index(fields=["transaction_id"], name="session_by_transaction"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["station", "transaction_id"], name="session_key"),
            models.UniqueConstraint(  # a repeated start meets its session here
                fields=[
                    "station",
                    "evse_number",
                    "connector_number",
                    "id_token",
                    "started_at",
                    "register_start_wh",
                ],
                name="session_start_key",
            ),
        ]

    def __str__(self) -> str:
        return self.transaction_id


class SessionConflict(LedgerModel):
    """Different content under a business key in use already: the first stays, this is kept."""

    station = models.ForeignKey(
        "stations.Station", on_delete=models.PROTECT, related_name="conflicts"
    )
    session = models.ForeignKey(
        Session, on_delete=models.PROTECT, null=True, related_name="conflicts"
    )
    kind = models.CharField(max_length=30)  # stop_differs, start_reused, foreign_transaction …
    received_at = models.DateTimeField()
    body = models.JSONField()
    frame = models.ForeignKey(
        "stations.JournalRow", on_delete=models.PROTECT, null=True, related_name="+"
    )

    def __str__(self) -> str:
        return self.kind


class OrphanStop(LedgerModel):
    """A stop that fits no session: answered, kept, matched later by time and register."""

    station = models.ForeignKey(
        "stations.Station", on_delete=models.PROTECT, related_name="orphan_stops"
    )
    transaction_id = models.CharField(max_length=36)
    stopped_at = models.DateTimeField()
    stop_claimed_at = models.DateTimeField(null=True)
    received_at = models.DateTimeField()
    register_stop_wh = models.DecimalField(max_digits=18, decimal_places=3, null=True)
    stop_reason = models.CharField(max_length=50, db_default="")
    id_token = models.CharField(max_length=255, db_default="")
    frame = models.ForeignKey(
        "stations.JournalRow", on_delete=models.PROTECT, null=True, related_name="+"
    )

    def __str__(self) -> str:
        return self.transaction_id


class SettledRegisters(LedgerModel):
    """Which registers a session was settled on, and where each of them came from."""

    session = models.ForeignKey(Session, on_delete=models.PROTECT, related_name="settled_registers")
    settled_at = models.DateTimeField()
    begin_wh = models.DecimalField(max_digits=18, decimal_places=3, null=True)
    begin_at = models.DateTimeField(null=True)
    begin_source = models.CharField(max_length=20)  # start, context, reading, signed …
    end_wh = models.DecimalField(max_digits=18, decimal_places=3, null=True)
    end_at = models.DateTimeField(null=True)
    end_source = models.CharField(max_length=20)  # stop, context, reading, next_start, signed …
    meter = models.ForeignKey(
        "metering.Meter", on_delete=models.PROTECT, null=True, related_name="+"
    )

    def __str__(self) -> str:
        return f"{self.begin_wh} - {self.end_wh}"
