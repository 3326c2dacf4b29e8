"""Reads of reimbursement; rows stay inside the caller's binding."""

from apps.reimbursement.queries.agreements import (
    agreement_name,
    get_agreement,
    list_agreements,
    list_decisions,
    list_linked,
)
from apps.reimbursement.queries.open_lines import (
    OpenLine,
    list_month_lines,
    list_open_lines,
    month_of,
)
from apps.reimbursement.queries.settled import Line, Part, line_of, rates_of, subtotals_of
from apps.reimbursement.queries.statements import (
    LedgerMonth,
    find_close,
    find_document,
    find_last_closed,
    get_line,
    get_statement,
    list_documents,
    list_ledger,
    list_lines,
    list_statements,
    list_without_document,
)

__all__ = [
    "LedgerMonth",
    "Line",
    "OpenLine",
    "Part",
    "agreement_name",
    "find_close",
    "find_document",
    "find_last_closed",
    "get_agreement",
    "get_line",
    "get_statement",
    "line_of",
    "list_agreements",
    "list_decisions",
    "list_documents",
    "list_ledger",
    "list_lines",
    "list_linked",
    "list_month_lines",
    "list_open_lines",
    "list_statements",
    "list_without_document",
    "month_of",
    "rates_of",
    "subtotals_of",
]
