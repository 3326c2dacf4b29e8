"""Stations and commands to them."""

import time
import uuid
from functools import partial

from django.db import connection
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from apps.api.bodies import BODIES
from apps.api.constants import MAX_WAIT_SECONDS, OPERATE, READ
from apps.api.door import Door, checked
from apps.api.operations import order
from apps.api.paging import PageQuery, StrictSerializer, page_of
from apps.api.queries.stations import (
    CommandRow,
    get_command,
    get_station,
    get_station_id,
    list_stations,
)
from apps.api.schema import KEY, describes, one_of
from apps.api.serializers import CommandSerializer, StationSerializer
from apps.core import clock
from apps.core.refused import NotFound


class StationQuery(PageQuery):
    """Filters of the list of stations."""

    identity = serializers.CharField(required=False, max_length=48)


class WaitQuery(StrictSerializer):
    """How long to wait for the station."""

    wait = serializers.IntegerField(
        default=0,
        min_value=0,
        required=False,
        help_text=f"Seconds to wait for the answer, at most {MAX_WAIT_SECONDS}.",
    )


class Stations(Door):
    """The stations of the tenant."""

    scopes = {"GET": READ}
    query_class = StationQuery

    @describes(StationSerializer, many=True, query=StationQuery, summary="List stations")
    def get(self, request: Request) -> Response:
        """List stations with their connectors and status."""
        page = page_of(self.query)
        rows = list_stations(page=page, identity=self.query.get("identity"))
        return self.page(request, rows=rows, page=page, serializer=StationSerializer)


class Station(Door):
    """One station."""

    scopes = {"GET": READ}

    @describes(StationSerializer, summary="Read a station")
    def get(self, request: Request, identity: str) -> Response:
        """Return a station with its connectors and status."""
        return self.one(request, row=get_station(identity=identity), serializer=StationSerializer)


class StationCommand(Door):
    """Commands to a station."""

    scopes = {"POST": OPERATE}
    query_class = WaitQuery

    @describes(
        CommandSerializer,
        summary=f"Command a station: {', '.join(BODIES)}",
        query=WaitQuery,
        body=one_of("CommandBody", BODIES.values()),
        statuses=(200, 202),
        parameters=(KEY,),
    )
    def post(self, request: Request, identity: str, kind: str) -> Response:
        """Order, then wait for the station's answer: 200 with it, 202 while it is still to come.

        :raises NotFound: the station or the kind of command is unknown.
        """
        station_id = get_station_id(identity=identity)
        if kind not in BODIES:
            known = ", ".join(BODIES)
            raise NotFound("command_kind_unknown", f"There is no command {kind}; known: {known}.")
        args = checked(BODIES[kind], request.data)
        act = partial(order, station_id=station_id, kind=kind, args=args, now=clock.now())
        result, _ = self.once(request, act)
        row = wait_for_answer(uid=uuid.UUID(result["id"]), seconds=self.query["wait"])
        status = 202 if row.is_unanswered else 200
        return self.one(request, row=row, serializer=CommandSerializer, status=status)


class Command(Door):
    """One command."""

    scopes = {"GET": READ}

    @describes(CommandSerializer, summary="Read a command")
    def get(self, request: Request, uid: uuid.UUID) -> Response:
        """Return a command with its state and the station's answer."""
        return self.one(request, row=get_command(uid=uid), serializer=CommandSerializer)


def wait_for_answer(*, uid: uuid.UUID, seconds: int) -> CommandRow:
    """Return the command once the station answered, or after some seconds as it is.

    Between two looks it holds no transaction and no connection.
    """
    end = time.monotonic() + min(seconds, MAX_WAIT_SECONDS)
    pause = 0.02
    while True:
        row = get_command(uid=uid)
        left = end - time.monotonic()
        if not row.is_unanswered or left <= 0:
            return row
        hand_back_connection()
        time.sleep(min(pause, left))
        pause = min(pause * 1.5, 0.25)


def hand_back_connection() -> None:
    """Give the connection back to the pool; a test's own transaction stays."""
    if not connection.in_atomic_block:
        connection.close()
