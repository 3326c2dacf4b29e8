"""Reads of reimbursement, as plain data."""

from apps.reimbursement.queries.agreements import AgreementRow, list_agreements
from apps.reimbursement.queries.entries import Entry, list_lines, list_open_entries
from apps.reimbursement.queries.months import (
    EmployeeMonth,
    Lane,
    MonthOverview,
    get_employee_month,
    get_month,
    list_employee_totals,
    list_months,
)
from apps.reimbursement.queries.statements import (
    StatementRow,
    find_document,
    get_statement,
    list_documents,
    list_statements,
    list_without_document,
)
from apps.reimbursement.queries.why import Why, WhyPart, get_open_why, get_why, list_why

__all__ = [
    "AgreementRow",
    "EmployeeMonth",
    "Entry",
    "Lane",
    "MonthOverview",
    "StatementRow",
    "Why",
    "WhyPart",
    "find_document",
    "get_employee_month",
    "get_month",
    "get_open_why",
    "get_statement",
    "get_why",
    "list_agreements",
    "list_documents",
    "list_employee_totals",
    "list_lines",
    "list_months",
    "list_open_entries",
    "list_statements",
    "list_why",
    "list_without_document",
]
