"""Writes of reimbursement."""

from apps.reimbursement.operations.agreements import add_rate, agree, end_agreement
from apps.reimbursement.operations.closing import (
    Closed,
    close_month,
    list_stale_closes,
    request_close,
)
from apps.reimbursement.operations.decisions import decide
from apps.reimbursement.operations.documents import keep_document

__all__ = [
    "Closed",
    "add_rate",
    "agree",
    "close_month",
    "decide",
    "end_agreement",
    "keep_document",
    "list_stale_closes",
    "request_close",
]
