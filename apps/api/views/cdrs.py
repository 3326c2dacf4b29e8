"""Charge detail records: what the tenant issued and what it received."""

from rest_framework.request import Request
from rest_framework.response import Response

from apps.api.constants import FINANCE, READ
from apps.api.door import Door
from apps.api.paging import PageQuery, page_of
from apps.api.queries.cdrs import get_issued, get_received, list_issued, list_received
from apps.api.schema import describes
from apps.api.serializers import CdrSerializer


class IssuedCdrs(Door):
    """The records of the tenant's stations."""

    scopes = {"GET": READ}
    query_class = PageQuery

    @describes(CdrSerializer, many=True, query=PageQuery, summary="List issued CDRs")
    def get(self, request: Request) -> Response:
        """List the records this tenant issued, oldest first."""
        page = page_of(self.query)
        rows = list_issued(page=page)
        return self.page(request, rows=rows, page=page, serializer=CdrSerializer)


class IssuedCdr(Door):
    """One record of the tenant's stations."""

    scopes = {"GET": READ}

    @describes(CdrSerializer, summary="Read an issued CDR")
    def get(self, request: Request, cdr_id: str) -> Response:
        """Return a record this tenant issued."""
        return self.one(request, row=get_issued(cdr_id=cdr_id), serializer=CdrSerializer)


class ReceivedCdrs(Door):
    """The records the tenant pays for: sessions of its people."""

    scopes = {"GET": FINANCE}
    query_class = PageQuery

    @describes(CdrSerializer, many=True, query=PageQuery, summary="List received CDRs")
    def get(self, request: Request) -> Response:
        """List the records that reached this tenant, oldest first."""
        page = page_of(self.query)
        rows = list_received(page=page)
        return self.page(request, rows=rows, page=page, serializer=CdrSerializer)


class ReceivedCdr(Door):
    """One record the tenant pays for."""

    scopes = {"GET": FINANCE}

    @describes(CdrSerializer, summary="Read a received CDR")
    def get(self, request: Request, issuer: str, cdr_id: str) -> Response:
        """Return a record that reached this tenant."""
        row = get_received(issuer=issuer, cdr_id=cdr_id)
        return self.one(request, row=row, serializer=CdrSerializer)
