"""Statements and their documents."""

import hashlib

from django.http import HttpResponse
from rest_framework.request import Request
from rest_framework.response import Response

from apps.api.constants import FINANCE
from apps.api.door import Door
from apps.api.paging import PageQuery, page_of
from apps.api.queries.statements import get_statement, list_statements
from apps.api.schema import describes, describes_file
from apps.api.serializers import StatementSerializer, StatementWithLinesSerializer
from apps.core import clock
from apps.exports.operations import get_document

PDF = "application/pdf"
CSV = "text/csv; charset=utf-8"


class Statements(Door):
    """The tenant's statements."""

    scopes = {"GET": FINANCE}
    query_class = PageQuery

    @describes(StatementSerializer, many=True, query=PageQuery, summary="List statements")
    def get(self, request: Request) -> Response:
        """List statements, oldest first."""
        page = page_of(self.query)
        rows = list_statements(page=page)
        return self.page(request, rows=rows, page=page, serializer=StatementSerializer)


class Statement(Door):
    """One statement."""

    scopes = {"GET": FINANCE}

    @describes(StatementWithLinesSerializer, summary="Read a statement")
    def get(self, request: Request, number: str) -> Response:
        """Return a statement with its lines."""
        row = get_statement(number=number)
        return self.one(request, row=row, serializer=StatementWithLinesSerializer)


class StatementPdf(Door):
    """A statement's PDF."""

    scopes = {"GET": FINANCE}

    @describes_file(PDF, summary="Download a statement as PDF")
    def get(self, request: Request, number: str) -> HttpResponse:
        """Return the bytes as they were rendered once."""
        return _file(number, "pdf", PDF)


class StatementCsv(Door):
    """A statement's CSV."""

    scopes = {"GET": FINANCE}

    @describes_file("text/csv", summary="Download a statement as CSV")
    def get(self, request: Request, number: str) -> HttpResponse:
        """Return the bytes as they were rendered once."""
        return _file(number, "csv", CSV)


def _file(number: str, kind: str, media_type: str) -> HttpResponse:
    body = get_document(number=number, kind=kind, now=clock.now())
    headers = {
        "Content-Disposition": f'attachment; filename="{number}.{kind}"',
        "ETag": f'"{hashlib.sha256(body).hexdigest()}"',
        "X-Content-Type-Options": "nosniff",
    }
    return HttpResponse(body, content_type=media_type, headers=headers)
