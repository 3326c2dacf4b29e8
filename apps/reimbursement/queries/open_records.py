"""Records that no statement carries yet."""

import datetime as dt

from apps.cdrs.models import ReceivedCdr
from apps.reimbursement.assessment import LATEST_ZONE, covers
from apps.reimbursement.calculation import read_body
from apps.reimbursement.models import Agreement


def list_unassigned(*, month: dt.date) -> list[ReceivedCdr]:
    """Return the records of payer links for which no agreement holds at their start.

    Only what ended by the month's end, is on no statement and was not declined.
    """
    agreements: dict[str, list[Agreement]] = {}
    for agreement in Agreement.objects.select_related("link"):
        agreements.setdefault(str(agreement.link.uid), []).append(agreement)
    before = dt.datetime.combine(month, dt.time(), dt.UTC) + dt.timedelta(days=32) + LATEST_ZONE
    credited = set(ReceivedCdr.objects.exclude(credit_of="").values_list("issuer", "credit_of"))
    rows = ReceivedCdr.objects.filter(
        link_uid__isnull=False, line=None, decision=None, credit_of="", ended_at__lt=before
    )
    return [
        cdr
        for cdr in rows.order_by("ended_at", "pk")
        if (cdr.issuer, cdr.cdr_id) not in credited
        and (record := read_body(cdr.body)).month <= month
        and not any(covers(a, record.start_date) for a in agreements.get(str(cdr.link_uid), []))
    ]
