"""Agreements with their rates, and what was decided on records."""

import datetime as dt
import uuid

from django.db.models import Prefetch

from apps.core.refused import NotFound
from apps.reimbursement.models import Agreement, AgreementRate, CdrDecision


def agreement_name(agreement_id: int) -> str:
    """Return what a document calls an agreement."""
    return f"OV-{agreement_id:04d}"


def list_agreements() -> list[Agreement]:
    """Return every agreement with its rates, by employee."""
    rates = Prefetch("rates", AgreementRate.objects.order_by("valid_from"))
    rows = Agreement.objects.select_related("link__employee", "link__station")
    return list(rows.prefetch_related(rates).order_by("link__employee__name", "pk"))


def get_agreement(*, agreement_id: int) -> Agreement:
    """Return an agreement with its rates.

    :raises NotFound: there is none with this id.
    """
    for row in list_agreements():
        if row.pk == agreement_id:
            return row
    raise NotFound("agreement_unknown", "There is no such agreement.", field="agreement")


def list_linked() -> set[uuid.UUID]:
    """Return the payer links that have an agreement, whenever."""
    return set(Agreement.objects.values_list("link__uid", flat=True))


def list_decisions(*, month: dt.date) -> list[CdrDecision]:
    """Return the decisions on records that ended in or after a month, newest first."""
    rows = CdrDecision.objects.select_related("cdr").filter(cdr__ended_at__date__gte=month)
    return list(rows.order_by("-decided_at", "-pk"))
