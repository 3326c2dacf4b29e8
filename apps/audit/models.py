"""The audit trail (public and every tenant): who did what, by which door."""

from django.db import models
from django.db.models.functions import Now

from apps.core.ledger import LedgerModel


class AuditEntry(LedgerModel):
    """One act that changed money, evidence, access or configuration."""

    recorded_at = models.DateTimeField(db_default=Now())
    action = models.CharField(max_length=60)  # app.noun.verb
    subject = models.CharField(max_length=80, db_default="")
    actor_id = models.BigIntegerField(null=True)  # no foreign key: the trail outlives the person
    actor_name = models.CharField(max_length=120, db_default="")
    channel = models.CharField(max_length=20, db_default="")  # page, api, command, station, beat
    before = models.JSONField(null=True)
    after = models.JSONField(null=True)

    class Meta:
        indexes = [models.Index(fields=["subject", "-id"], name="audit_subject")]

    def __str__(self) -> str:
        return f"{self.action} {self.subject}"
