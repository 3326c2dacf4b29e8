"""Agreements, rates, month closes and statements."""

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.db import models
from django.db.models.functions import Now

from apps.core.ledger import LedgerModel


class Agreement(models.Model):
    """What an employer pays an employee for one payer link, and by which country scheme."""

    link = models.ForeignKey("accounts.PayerLink", on_delete=models.PROTECT, related_name="+")
    scheme = models.CharField(max_length=40, default="nl_fixed")
    period = DateRangeField()  # local dates of the site, half-open; the session's start decides
    minimum_grade = models.CharField(max_length=1, default="", blank=True)  # empty: the policy's
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [
            ExclusionConstraint(
                name="agreement_once_per_link",
                expressions=[("link", RangeOperators.EQUAL), ("period", RangeOperators.OVERLAPS)],
            ),
        ]

    def __str__(self) -> str:
        return f"{self.scheme} {self.link_id}"


class AgreementRate(LedgerModel):
    """A rate of an agreement from a local date on; the part above `untaxed_up_to` is wage."""

    agreement = models.ForeignKey(Agreement, on_delete=models.PROTECT, related_name="rates")
    version = models.PositiveIntegerField()
    valid_from = models.DateField()
    rate_eur_per_kwh = models.DecimalField(max_digits=9, decimal_places=5)
    untaxed_up_to = models.DecimalField(max_digits=9, decimal_places=5, null=True)
    source = models.CharField(max_length=200, default="", blank=True)
    entered_by = models.CharField(max_length=120, default="", blank=True)
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        ordering = ["agreement", "valid_from"]
        constraints = [
            models.UniqueConstraint(fields=["agreement", "valid_from"], name="agreement_rate_from"),
            models.UniqueConstraint(fields=["agreement", "version"], name="agreement_rate_key"),
            models.CheckConstraint(
                name="agreement_rate_positive", condition=models.Q(rate_eur_per_kwh__gte=0)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.rate_eur_per_kwh} from {self.valid_from}"


class GradePolicy(LedgerModel):
    """Which grades a country pays for a purpose, from a date on: policy is data."""

    country = models.CharField(max_length=2)
    purpose = models.CharField(max_length=20, db_default="reimbursement")
    valid_from = models.DateField()
    payable_grades = models.CharField(max_length=5)  # e.g. ABC
    payable_reasons = models.JSONField(default=list)  # D reasons that are payable all the same
    source = models.CharField(max_length=200, db_default="")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["country", "purpose", "valid_from"], name="grade_policy_key"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.country} {self.payable_grades}"


class NumberSeries(models.Model):
    """The counter row a statement number comes from: no gaps, no duplicates."""

    series = models.CharField(max_length=20, unique=True)  # VS-2026-10
    last = models.BigIntegerField(default=0)

    def __str__(self) -> str:
        return self.series


class MonthClose(models.Model):
    """The close of one month: a row with a state that a sweeper resumes."""

    class State(models.TextChoices):
        """Its life."""

        REQUESTED = "requested"
        RUNNING = "running"
        CLOSED = "closed"

    month = models.DateField(unique=True)  # its first day
    state = models.CharField(max_length=10, choices=State.choices, default=State.REQUESTED)
    requested_by = models.CharField(max_length=120, default="", blank=True)
    requested_by_id = models.BigIntegerField(null=True)
    requested_at = models.DateTimeField()
    touched_at = models.DateTimeField()  # the last sign of a worker: an old one is sent again
    closed_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["month"]
        indexes = [
            models.Index(
                fields=["touched_at"], condition=~models.Q(state="closed"), name="close_open"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.month:%Y-%m} {self.state}"


class CloseException(models.Model):
    """A record that a close could not settle; it stays open until it is decided or settled."""

    cdr = models.OneToOneField(
        "cdrs.ReceivedCdr", on_delete=models.PROTECT, related_name="exception"
    )
    agreement = models.ForeignKey(
        Agreement, on_delete=models.PROTECT, null=True, related_name="exceptions"
    )
    reason = models.CharField(max_length=40)
    first_seen_at = models.DateTimeField()
    resolved_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(
                fields=["reason"], condition=models.Q(resolved_at=None), name="exception_open"
            ),
        ]

    def __str__(self) -> str:
        return self.reason


class CdrDecision(LedgerModel):
    """A person's decision on an exception: it does not come back each month."""

    cdr = models.OneToOneField(
        "cdrs.ReceivedCdr", on_delete=models.PROTECT, related_name="decision"
    )
    choice = models.CharField(max_length=10)  # pay, decline
    reason = models.CharField(max_length=300)
    decided_by = models.CharField(max_length=120)
    decided_by_id = models.BigIntegerField(null=True)
    decided_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.choice


class Statement(LedgerModel):
    """An immutable statement of one agreement and month."""

    number = models.CharField(max_length=20, unique=True)  # VS-YYYY-MM-NNNN
    agreement = models.ForeignKey(Agreement, on_delete=models.PROTECT, related_name="statements")
    month = models.DateField()
    issued_at = models.DateTimeField()
    currency = models.CharField(max_length=3, default="EUR")
    energy_wh = models.DecimalField(max_digits=18, decimal_places=3)
    amount = models.DecimalField(max_digits=12, decimal_places=2)
    untaxed_amount = models.DecimalField(max_digits=12, decimal_places=2)
    taxable_amount = models.DecimalField(max_digits=12, decimal_places=2)
    facts = models.JSONField()  # names and rates as printed: a document never re-reads them

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["agreement", "month"], name="statement_key"),
            models.CheckConstraint(
                name="statement_split",
                condition=models.Q(amount=models.F("untaxed_amount") + models.F("taxable_amount")),
            ),
        ]

    def __str__(self) -> str:
        return self.number


class StatementLine(LedgerModel):
    """One record, settled; a correction is a line of its own."""

    class Kind(models.TextChoices):
        """Why it stands here."""

        REGULAR = "regular"
        LATE = "late"
        CREDIT = "credit"
        ANNULLED = "annulled"

    statement = models.ForeignKey(Statement, on_delete=models.PROTECT, related_name="lines")
    position = models.PositiveIntegerField()
    cdr = models.OneToOneField("cdrs.ReceivedCdr", on_delete=models.PROTECT, related_name="line")
    link_uid = models.UUIDField()
    kind = models.CharField(max_length=12, choices=Kind.choices)
    corrects = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, related_name="corrected_by"
    )
    grade = models.CharField(max_length=1)
    reasons = models.JSONField()
    energy_wh = models.DecimalField(max_digits=18, decimal_places=3)
    amount = models.DecimalField(max_digits=12, decimal_places=2)
    untaxed_amount = models.DecimalField(max_digits=12, decimal_places=2)
    taxable_amount = models.DecimalField(max_digits=12, decimal_places=2)
    parts = models.JSONField()  # priced parts: from, to, Wh, rate version, rate, unrounded amount

    class Meta:
        ordering = ["statement", "position"]
        constraints = [
            models.UniqueConstraint(fields=["statement", "position"], name="statement_line_key"),
            models.CheckConstraint(
                name="statement_line_split",
                condition=models.Q(amount=models.F("untaxed_amount") + models.F("taxable_amount")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.amount}"


class StatementDocument(LedgerModel):
    """The bytes of a statement's PDF or CSV: rendered once, downloaded as they are."""

    statement = models.ForeignKey(Statement, on_delete=models.PROTECT, related_name="documents")
    kind = models.CharField(max_length=3)  # pdf, csv
    body = models.BinaryField()
    sha256 = models.CharField(max_length=64)
    rendered_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["statement", "kind"], name="statement_document_key"),
        ]

    def __str__(self) -> str:
        return f"{self.statement_id}.{self.kind}"
