"""Documents for downloading: always the bytes that are kept."""

from django.http import HttpResponse

from apps.core import clock
from apps.exports.operations import get_document
from apps.reimbursement.models import Statement

KINDS = {"pdf": "application/pdf", "csv": "text/csv; charset=utf-8"}


def as_attachment(statement: Statement, kind: str) -> HttpResponse:
    """Answer with a statement's document, rendered now if the sweep has not come to it yet."""
    body = get_document(number=statement.number, kind=kind, now=clock.now())
    return HttpResponse(
        body,
        content_type=KINDS[kind],
        headers={"Content-Disposition": f'attachment; filename="{statement.number}.{kind}"'},
    )
