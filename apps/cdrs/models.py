"""Charge detail records: what one tenant issued, what one received."""

from django.db import models

from apps.core.ledger import LedgerModel


class CdrFields(LedgerModel):
    """The record; `body` holds it whole (figures as strings), the columns are for finding it."""

    cdr_id = models.CharField(max_length=39)  # OCPI: 36 + a credit suffix
    credit_of = models.CharField(max_length=39, default="", db_default="")
    link_uid = models.UUIDField(null=True)
    body = models.JSONField()
    digest = models.BinaryField(max_length=32)  # of the canonical body

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.cdr_id


class IssuedCdr(CdrFields):
    """What we, the managing tenant, say happened."""

    session = models.ForeignKey(
        "charging_sessions.Session", on_delete=models.PROTECT, related_name="cdrs"
    )
    issued_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["cdr_id"], name="issued_cdr_key"),
            models.UniqueConstraint(
                fields=["credit_of"], condition=~models.Q(credit_of=""), name="credited_once"
            ),
        ]


class Delivery(LedgerModel):
    """The outbox: which record goes where; only its progress may change."""

    progress_columns = ("delivered_at", "attempts", "due_at", "last_error")

    cdr = models.OneToOneField(IssuedCdr, on_delete=models.PROTECT, related_name="delivery")
    receiver = models.ForeignKey("tenants.Tenant", on_delete=models.PROTECT, related_name="+")
    due_at = models.DateTimeField()
    attempts = models.IntegerField(default=0, db_default=0)
    delivered_at = models.DateTimeField(null=True)
    last_error = models.CharField(max_length=80, default="", db_default="")

    class Meta:
        indexes = [
            models.Index(
                fields=["due_at"], condition=models.Q(delivered_at=None), name="delivery_open"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.cdr_id} -> {self.receiver_id}"


class ReceivedCdr(CdrFields):
    """What reached our inbox; money reads nothing else."""

    issuer = models.CharField(max_length=63)
    ended_at = models.DateTimeField()
    received_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["link_uid", "ended_at"], name="received_by_link")]
        constraints = [
            models.UniqueConstraint(fields=["issuer", "cdr_id"], name="received_cdr_key"),
        ]


class ReceivedConflict(LedgerModel):
    """Another content under a key we hold, or a version we do not know; the first stays."""

    issuer = models.CharField(max_length=63)
    cdr_id = models.CharField(max_length=39)
    kind = models.CharField(max_length=20, db_default="content_differs")
    body = models.JSONField()
    digest = models.BinaryField(max_length=32)
    received_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["issuer", "cdr_id", "digest"], name="received_conflict_key"
            ),
        ]

    def __str__(self) -> str:
        return self.cdr_id
