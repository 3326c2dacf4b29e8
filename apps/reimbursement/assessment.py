"""What a close would do with each open record: shared by the preview and by the close itself.

It reads; it claims no register and writes nothing.
"""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from uuid import UUID

from apps.cdrs.models import ReceivedCdr
from apps.reimbursement.calculation import (
    NO_RATE,
    MissingRateError,
    Policy,
    Rate,
    RatedPart,
    Record,
    lower_if_guessed,
    read_body,
    refusal,
    split_by_rate,
)
from apps.reimbursement.constants import (
    ANNULLED,
    BLOCKED,
    CREDIT,
    CREDIT_ALONE,
    LATE,
    READY,
    REGULAR,
    REVIEW,
    REVIEWED,
    RIGHT,
)
from apps.reimbursement.models import Agreement, CdrDecision, GradePolicy, StatementLine
from apps.reimbursement.schemes import Amounts, get_scheme

NOTHING = Amounts(amount=Decimal(0), untaxed=Decimal(0), taxable=Decimal(0), parts=())
Key = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Assessed:
    """One open record and what becomes of it; `reason` is empty when it becomes a line.

    `amounts` stand also beside a reason where they are known: what a decision is about.
    """

    cdr: ReceivedCdr
    record: Record
    kind: str
    reason: str
    energy_wh: Decimal
    amounts: Amounts | None
    corrects: StatementLine | None = None

    @property
    def lane(self) -> str:
        """Where the month overview shows it."""
        if not self.reason:
            return READY
        return REVIEW if self.reason in REVIEWED else BLOCKED

    def refused(self, reason: str) -> "Assessed":
        """Return it as an exception."""
        return replace(self, reason=reason)


def list_open(*, link_uid: UUID, month: dt.date) -> list[ReceivedCdr]:
    """Return the records of a link that no statement carries and that ended by a month's end."""
    rows = ReceivedCdr.objects.filter(link_uid=link_uid, line=None, ended_at__lt=_before(month))
    return list(rows.order_by("ended_at", "pk"))


def list_unassigned(*, month: dt.date) -> list[ReceivedCdr]:
    """Return the records of payer links for which no agreement holds at their start.

    Only what ended by the month's end, is on no statement, was not declined, and was not taken
    back by a credit. Oldest end first.
    """
    agreements: dict[UUID | None, list[Agreement]] = {}
    for agreement in Agreement.objects.select_related("link"):
        agreements.setdefault(agreement.link.uid, []).append(agreement)
    credited = set(ReceivedCdr.objects.exclude(credit_of="").values_list("issuer", "credit_of"))
    rows = ReceivedCdr.objects.filter(
        link_uid__isnull=False, line=None, decision=None, credit_of="", ended_at__lt=_before(month)
    )
    return [
        cdr
        for cdr in rows.order_by("ended_at", "pk")
        if (cdr.issuer, cdr.cdr_id) not in credited
        and (record := read_body(cdr.body)).month <= month
        and not any(covers(a, record.start_date) for a in agreements.get(cdr.link_uid, []))
    ]


def _before(month: dt.date) -> dt.datetime:
    """Return a moment by which the month is over in every time zone, at the latest 12 h late."""
    return dt.datetime.combine(month, dt.time(), dt.UTC) + dt.timedelta(days=32)


def assess(*, agreement: Agreement, cdrs: Iterable[ReceivedCdr], month: dt.date) -> list[Assessed]:
    """Say what a close of the month does with the agreement's open records.

    Records of a later month, of another agreement of the link, or declined are left out.
    """
    mine = [
        (cdr, record)
        for cdr in cdrs
        for record in (read_body(cdr.body),)
        if record.month <= month and covers(agreement, record.start_date)
    ]
    context = _context(agreement, [cdr for cdr, _ in mine])
    found = [_assess(cdr, record, month=month, context=context) for cdr, record in mine]
    return [item for item in found if item.reason != "declined"]


def covers(agreement: Agreement, date: dt.date) -> bool:
    """Whether the agreement holds on a local date: that of a session's start."""
    period = agreement.period
    return (period.lower is None or period.lower <= date) and (
        period.upper is None or date < period.upper
    )


@dataclass(frozen=True, slots=True)
class _Context:
    agreement: Agreement
    rates: Sequence[Rate]
    policies: Sequence[GradePolicy]
    decisions: dict[int, str]
    credited: frozenset[Key]  # originals that a credit names
    held: frozenset[Key]  # originals that are here
    lines: dict[Key, StatementLine]  # originals that a statement carries


def _context(agreement: Agreement, cdrs: Sequence[ReceivedCdr]) -> _Context:
    wanted = {(cdr.issuer, cdr.credit_of) for cdr in cdrs if cdr.credit_of}
    link_uid = agreement.link.uid
    taken_back = ReceivedCdr.objects.filter(link_uid=link_uid).exclude(credit_of="")
    originals = ReceivedCdr.objects.filter(
        link_uid=link_uid, cdr_id__in=[cdr_id for _, cdr_id in wanted]
    )
    lines = StatementLine.objects.select_related("statement", "cdr").filter(cdr__in=originals)
    decisions = CdrDecision.objects.filter(cdr__in=[cdr.pk for cdr in cdrs])
    return _Context(
        agreement=agreement,
        rates=list_rates(agreement),
        policies=list(GradePolicy.objects.filter(purpose=RIGHT).order_by("-valid_from")),
        decisions=dict(decisions.values_list("cdr_id", "choice")),
        credited=frozenset(taken_back.values_list("issuer", "credit_of")),
        held=frozenset(originals.values_list("issuer", "cdr_id")),
        lines={(line.cdr.issuer, line.cdr.cdr_id): line for line in lines},
    )


def list_rates(agreement: Agreement) -> list[Rate]:
    """Return an agreement's rates, oldest first."""
    return [
        Rate(row.version, row.valid_from, row.rate_eur_per_kwh, row.untaxed_up_to)
        for row in agreement.rates.order_by("valid_from")
    ]


def find_policy(policies: Sequence[GradePolicy], record: Record) -> Policy | None:
    """Return the country's newest policy that holds on the day of the start."""
    for row in policies:
        if row.country == record.country and row.valid_from <= record.start_date:
            return Policy(row.payable_grades, frozenset(row.payable_reasons))
    return None


def _assess(cdr: ReceivedCdr, record: Record, *, month: dt.date, context: _Context) -> Assessed:
    kind = REGULAR if record.month == month else LATE
    plain = Assessed(cdr, record, kind, "", record.energy_wh or Decimal(0), None)
    if record.credit_of:
        return _credit(plain, context)
    if (cdr.issuer, cdr.cdr_id) in context.credited:
        return replace(plain, kind=ANNULLED, energy_wh=Decimal(0), amounts=NOTHING)
    record, rated = _rate(record, context.rates)
    plain = replace(plain, record=record)
    reason = refusal(
        record,
        policy=find_policy(context.policies, record),
        minimum_grade=context.agreement.minimum_grade,
        decision=context.decisions.get(cdr.pk, ""),
    )
    if reason and reason not in REVIEWED:
        return plain.refused(reason)
    if rated is None:
        return plain.refused(NO_RATE)
    amounts = get_scheme(context.agreement.scheme).compute(rated)
    return replace(plain, reason=reason, amounts=amounts)


def _rate(record: Record, rates: Sequence[Rate]) -> tuple[Record, tuple[RatedPart, ...] | None]:
    """Split a record by rate, and doubt it where that split is a guess; None: a rate is missing."""
    try:
        return lower_if_guessed(record, rates), split_by_rate(record, rates)
    except MissingRateError:
        return record, None


def _credit(plain: Assessed, context: _Context) -> Assessed:
    """Take the old line back as it was, never re-rated; without one, neither is ever paid."""
    key = (plain.cdr.issuer, plain.cdr.credit_of)
    old = context.lines.get(key)
    if old is None:
        nothing = replace(plain, kind=ANNULLED, energy_wh=Decimal(0), amounts=NOTHING)
        return nothing if key in context.held else nothing.refused(CREDIT_ALONE)
    minus = Amounts(
        amount=-old.amount, untaxed=-old.untaxed_amount, taxable=-old.taxable_amount, parts=()
    )
    return replace(plain, kind=CREDIT, energy_wh=-old.energy_wh, amounts=minus, corrects=old)
