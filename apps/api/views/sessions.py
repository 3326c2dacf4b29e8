"""Sessions and their readings."""

import uuid

from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from apps.api.constants import READ
from apps.api.door import Door
from apps.api.paging import PageQuery, page_of
from apps.api.queries.sessions import get_session, list_readings, list_sessions
from apps.api.schema import describes
from apps.api.serializers import ReadingSerializer, SessionSerializer


class SessionQuery(PageQuery):
    """Filters of the list of sessions."""

    station = serializers.CharField(required=False, max_length=48, help_text="Its identity.")


class Sessions(Door):
    """The sessions of the tenant's stations."""

    scopes = {"GET": READ}
    query_class = SessionQuery

    @describes(SessionSerializer, many=True, query=SessionQuery, summary="List sessions")
    def get(self, request: Request) -> Response:
        """List sessions, oldest first."""
        page = page_of(self.query)
        rows = list_sessions(page=page, station=self.query.get("station"))
        return self.page(request, rows=rows, page=page, serializer=SessionSerializer)


class Session(Door):
    """One session."""

    scopes = {"GET": READ}

    @describes(SessionSerializer, summary="Read a session")
    def get(self, request: Request, uid: uuid.UUID) -> Response:
        """Return a session."""
        return self.one(request, row=get_session(uid=uid), serializer=SessionSerializer)


class SessionReadings(Door):
    """The readings of a session."""

    scopes = {"GET": READ}
    query_class = PageQuery

    @describes(ReadingSerializer, many=True, query=PageQuery, summary="List a session's readings")
    def get(self, request: Request, uid: uuid.UUID) -> Response:
        """List readings, oldest first."""
        page = page_of(self.query)
        rows = list_readings(uid=uid, page=page)
        return self.page(request, rows=rows, page=page, serializer=ReadingSerializer)
