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
from apps.reimbursement.operations.linking import Linked, Wish, link_payer

__all__ = [
    "Closed",
    "Linked",
    "Wish",
    "add_rate",
    "agree",
    "close_month",
    "decide",
    "end_agreement",
    "keep_document",
    "link_payer",
    "list_stale_closes",
    "request_close",
]
