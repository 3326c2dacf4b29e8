"""Writes of agreements and their rates."""

import datetime as dt
import uuid
from decimal import Decimal

from django.db import IntegrityError, transaction
from psycopg.types.range import Range

from apps.accounts.queries import list_own_links
from apps.audit import actor
from apps.audit.operations import record
from apps.core.refused import NotFound, Refused
from apps.reimbursement.calculation import GRADES
from apps.reimbursement.constants import DEFAULT_SCHEME
from apps.reimbursement.models import Agreement, AgreementRate, MonthClose
from apps.reimbursement.schemes import list_schemes

_DEAREST = Decimal(10)  # euro per kWh: more is a typing error
_FIVE = Decimal("0.00001")


def agree(
    *,
    link_uid: uuid.UUID,
    valid_from: dt.date,
    rate_eur_per_kwh: Decimal,
    untaxed_up_to: Decimal | None = None,
    minimum_grade: str = "",
    scheme: str = DEFAULT_SCHEME,
    source: str = "",
    now: dt.datetime,
) -> int:
    """Agree to pay for a payer link of the bound tenant from a local date on; returns the id.

    :raises NotFound: the link is not this tenant's.
    :raises Refused: the scheme, grade or rate is not usable, or the link has an agreement then.
    """
    link = list_own_links().filter(uid=link_uid).first()
    if link is None:
        raise NotFound("link_unknown", "There is no such payer link.", field="link")
    if scheme not in list_schemes():
        known = ", ".join(list_schemes())
        raise Refused("scheme_unknown", f"{scheme!r} is not one of {known}.", field="scheme")
    if minimum_grade and minimum_grade not in GRADES:
        raise Refused("grade_unknown", "A grade is a letter from A to E.", field="minimum_grade")
    try:
        with transaction.atomic():
            agreement = Agreement.objects.create(
                link_id=link.pk,
                scheme=scheme,
                period=Range(valid_from, None),
                minimum_grade=minimum_grade,
                created_at=now,
            )
    except IntegrityError as error:
        raise Refused(
            "agreement_exists",
            "This link has an agreement in that period already; end it first.",
            field="valid_from",
        ) from error
    record(
        "reimbursement.agreement.made",
        subject=f"agreement:{agreement.pk}",
        after={"link": str(link_uid), "from": valid_from.isoformat(), "scheme": scheme},
    )
    add_rate(
        agreement_id=agreement.pk,
        valid_from=valid_from,
        rate_eur_per_kwh=rate_eur_per_kwh,
        untaxed_up_to=untaxed_up_to,
        source=source,
        now=now,
    )
    return agreement.pk


def add_rate(
    *,
    agreement_id: int,
    valid_from: dt.date,
    rate_eur_per_kwh: Decimal,
    untaxed_up_to: Decimal | None = None,
    source: str = "",
    now: dt.datetime,
) -> int:
    """Add the rate that holds from a local date on; returns its version.

    :raises NotFound: there is no such agreement.
    :raises Refused: the figure is not usable, the date is in a closed month or not the newest.
    """
    agreement = Agreement.objects.select_for_update().filter(pk=agreement_id).first()
    if agreement is None:
        raise NotFound("agreement_unknown", "There is no such agreement.", field="agreement")
    check_figure(rate_eur_per_kwh, "rate")
    if untaxed_up_to is not None:
        check_figure(untaxed_up_to, "untaxed_up_to")
    newest = agreement.rates.order_by("-valid_from").first()
    if newest is not None:
        check_month_open(valid_from)
        if valid_from <= newest.valid_from:
            raise Refused(
                "rate_not_newest",
                f"Rate {newest.version} holds from {newest.valid_from} on; choose a later date.",
                field="valid_from",
            )
    rate = AgreementRate.objects.create(
        agreement=agreement,
        version=1 if newest is None else newest.version + 1,
        valid_from=valid_from,
        rate_eur_per_kwh=rate_eur_per_kwh,
        untaxed_up_to=untaxed_up_to,
        source=source,
        entered_by=actor.current().name,
        created_at=now,
    )
    record(
        "reimbursement.rate.added",
        subject=f"agreement:{agreement.pk}",
        before=None if newest is None else {"rate": str(newest.rate_eur_per_kwh)},
        after={"rate": str(rate_eur_per_kwh), "from": valid_from.isoformat()},
    )
    return rate.version


def check_figure(figure: Decimal, field: str) -> None:
    """Refuse a rate that is no rate."""
    if not figure.is_finite() or not 0 <= figure <= _DEAREST or figure != figure.quantize(_FIVE):
        raise Refused(
            "rate_illegal",
            "A rate lies between 0 and 10 euro per kWh and has at most five decimals.",
            field=field,
        )


def check_month_open(date: dt.date) -> None:
    """Refuse what would change a closed month.

    :raises Refused: the month of the date, or a later one, is closed.
    """
    last = MonthClose.objects.filter(state=MonthClose.State.CLOSED).order_by("-month").first()
    if last is not None and date.replace(day=1) <= last.month:
        raise Refused(
            "month_closed",
            f"{last.month:%Y-%m} is closed and never changes. Choose a date after it; was it "
            "wrong, then a correction comes on the next statement.",
            field="valid_from",
        )


def end_agreement(*, agreement_id: int, until: dt.date) -> None:
    """End an agreement before a local date; sessions that started earlier are still paid.

    :raises NotFound: there is no such agreement.
    :raises Refused: the date is in a closed month or before the agreement's begin.
    """
    agreement = Agreement.objects.select_for_update().filter(pk=agreement_id).first()
    if agreement is None:
        raise NotFound("agreement_unknown", "There is no such agreement.", field="agreement")
    check_month_open(until)
    before = agreement.period
    if before.lower is not None and until <= before.lower:
        raise Refused("end_before_begin", "An agreement ends after it began.", field="until")
    agreement.period = Range(before.lower, until)
    agreement.save(update_fields=["period"])
    record(
        "reimbursement.agreement.ended",
        subject=f"agreement:{agreement.pk}",
        before={"until": None if before.upper is None else before.upper.isoformat()},
        after={"until": until.isoformat()},
    )
