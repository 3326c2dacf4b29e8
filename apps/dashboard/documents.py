"""Documents for downloading: always the bytes that are kept."""

from django.http import HttpResponse
from django.utils.translation import gettext

from apps.reimbursement.ledger import find_document
from apps.reimbursement.models import Statement

KINDS = {"pdf": "application/pdf", "csv": "text/csv; charset=utf-8"}


def as_attachment(statement: Statement, kind: str) -> HttpResponse:
    """Answer with a statement's document; its name is the statement's number."""
    body = find_document(statement=statement, kind=kind)
    if body is None:
        return HttpResponse(
            gettext("Dit document wordt nog gemaakt. Probeer het over een minuut opnieuw."),
            status=503,
            content_type="text/plain; charset=utf-8",
            headers={"Retry-After": "60"},
        )
    return HttpResponse(
        body,
        content_type=KINDS[kind],
        headers={"Content-Disposition": f'attachment; filename="{statement.number}.{kind}"'},
    )
