import asyncio
import json
import uuid
from decimal import Decimal

import pytest
from asgiref.sync import async_to_sync
from channels.testing import WebsocketCommunicator
from channels_redis.pubsub import RedisPubSubLoopLayer
from django.conf import settings
from django.template.loader import render_to_string

from apps.accounts.access import Access, Level
from apps.accounts.models import Membership
from apps.accounts.operations import create_user
from apps.accounts.queries import get_access
from apps.core import binding, clock
from apps.dashboard.installers import queries
from apps.dashboard.installers.fragments import station_fragments
from apps.dashboard.live import consumers, publisher, rendering
from apps.stations.models import Connector
from apps.tenants.bridge import in_tenant
from config.routing import websocket
from tests.pages import people
from tests.pages.estate import make_frame, make_session, make_station


@pytest.fixture
def anna(alfa):
    return people.make("installer")


def socket(person, path, *, host="alfa.localhost", origin="http://alfa.localhost"):
    cookie = person.client.cookies[settings.SESSION_COOKIE_NAME].value
    headers = [
        (b"host", host.encode()),
        (b"origin", origin.encode()),
        (b"cookie", f"{settings.SESSION_COOKIE_NAME}={cookie}".encode()),
    ]
    return WebsocketCommunicator(websocket, path, headers=headers)


async def next_with(communicator, key):
    for _ in range(20):
        message = json.loads(await communicator.receive_from(5))
        if key in message:
            return message
    raise AssertionError(key)


def run(scenario):
    async def bounded():
        await asyncio.wait_for(scenario(), 30)

    async_to_sync(bounded)()


def test_a_pushed_row_is_the_row_of_a_fresh_page(anna):
    station = make_station("PAAL-1", state="occupied", charging="charging")
    row = queries.list_stations(sites=None, ids=[station.pk])[0]
    text = anna.get("/stations/").content.decode()
    assert " ".join(rendering.station_row(row).split()) in " ".join(text.split())


def test_the_pushed_parts_of_a_station_are_those_of_a_fresh_page(anna):
    station = make_station("PAAL-2", state="occupied", charging="charging")
    make_session(station, ended=False)
    make_session(station, register_start_wh=Decimal(14_500_000))
    access = get_access(user_id=anna.id, now=clock.now())
    fresh = " ".join(anna.get("/stations/PAAL-2/").content.decode().split())
    fact = queries.list_stations(sites=None, ids=[station.pk])[0]
    for part in station_fragments(fact, access, clock.now()):
        assert " ".join(part.render().split()) in fresh, part.id


def test_a_change_reaches_the_open_fleet(anna):
    station = make_station("PAAL-3")
    other = make_station("PAAL-4")

    async def scenario():
        communicator = socket(anna, f"/live/fleet/?lang=nl&stations={station.pk}")
        connected, _ = await communicator.connect(5)
        assert connected
        assert (await next_with(communicator, "live"))["live"] is True
        first = await next_with(communicator, "content")  # catches up at once
        assert "Vrij" in first["content"]
        assert "PAAL-4" not in first["content"]
        await asyncio.to_thread(lambda: None)
        await change(station.pk)
        publisher.publisher.note(schema="alfa", station_id=other.pk)
        publisher.publisher.note(schema="alfa", station_id=station.pk)
        pushed = await next_with(communicator, "content")
        assert "Storing" in pushed["content"]
        assert f"#station-{station.pk}" in pushed["content"]
        await communicator.disconnect()

    run(scenario)


async def change(station_id):
    def write():
        Connector.objects.filter(evse__station=station_id).update(occupancy="faulted")

    await in_tenant("alfa", write)


def test_new_messages_reach_the_open_station(anna):
    station = make_station("PAAL-5")
    seen = make_frame(station, [2, "1", "Heartbeat", {}])
    make_frame(station, [2, "2", "BootNotification", {}], action="BootNotification")

    async def scenario():
        path = f"/live/station/{station.pk}/?lang=nl&after={seen.pk}"
        communicator = socket(anna, path)
        assert (await communicator.connect(5))[0]
        assert "PAAL-5" not in (await next_with(communicator, "measured"))["content"]
        pushed = await next_with(communicator, "log")
        assert pushed["log"] == 1
        assert "BootNotification" in pushed["content"]
        await communicator.disconnect()

    run(scenario)


@pytest.mark.parametrize(
    ("host", "origin"),
    [
        ("alfa.localhost", "http://evil.example"),
        ("alfa.localhost", "http://beta.localhost"),
        ("alfa.localhost", ""),
        ("beta.localhost", "http://beta.localhost"),
        ("nobody.localhost", "http://nobody.localhost"),
    ],
)
def test_a_socket_of_another_page_or_tenant_is_refused(anna, host, origin):
    async def scenario():
        communicator = socket(anna, "/live/fleet/?stations=1", host=host, origin=origin)
        assert not (await communicator.connect(5))[0]

    run(scenario)


def test_a_session_opens_no_socket_of_another_tenant_of_the_same_person(anna):
    """The cookie is of one host; sent to another it is nobody's, whatever the person may there."""
    with binding.bound("beta"):
        create_user(email=anna.email, role="installer")

    async def scenario():
        there = {"host": "beta.localhost", "origin": "http://beta.localhost"}
        assert not (await socket(anna, "/live/fleet/?stations=1", **there).connect(5))[0]

    run(scenario)


def test_an_employee_and_an_outsider_get_no_socket(alfa):
    for person in (people.make("employee"), people.make_without_role()):

        async def scenario(person=person):
            assert not (await socket(person, "/live/fleet/?stations=1").connect(5))[0]

        run(scenario)


def test_a_guest_is_pushed_only_what_they_may_see(alfa):
    mine, other = make_station("MIJN", site="Mijn"), make_station("ANDER", site="Ander")
    access = Access(user_id=1, granted={mine.site.uid: Level.BASIC})
    html = rendering.render_rows(access=access, stations=[mine.pk, other.pk], language="nl")
    assert "MIJN" in html
    assert "ANDER" not in html
    make_frame(mine, [2, "1", "Heartbeat", {}])
    push = rendering.render_station(access=access, station_id=mine.pk, after=0, language="nl")
    assert push is not None
    assert push.log == ""
    assert (
        rendering.render_station(access=access, station_id=other.pk, after=0, language="nl") is None
    )


def test_rights_that_end_close_the_socket(anna, monkeypatch):
    monkeypatch.setattr(consumers, "RIGHTS_EVERY_S", 0.2)
    station = make_station("PAAL-6")

    async def scenario():
        communicator = socket(anna, f"/live/fleet/?stations={station.pk}")
        assert (await communicator.connect(5))[0]
        await next_with(communicator, "content")
        await in_tenant("alfa", end_membership, anna.id)
        while (message := await communicator.receive_output(5))["type"] == "websocket.send":
            pass
        assert message == {"type": "websocket.close", "code": consumers.GONE}

    run(scenario)


def test_rights_that_ended_are_pushed_nothing_more(anna):
    station = make_station("PAAL-7")

    async def scenario():
        communicator = socket(anna, f"/live/fleet/?stations={station.pk}")
        assert (await communicator.connect(5))[0]
        await next_with(communicator, "content")
        await in_tenant("alfa", end_membership, anna.id)
        publisher.publisher.note(schema="alfa", station_id=station.pk)
        while (message := await communicator.receive_output(5))["type"] == "websocket.send":
            assert "content" not in json.loads(message["text"])
        assert message["code"] == consumers.GONE

    run(scenario)


def end_membership(user_id):
    Membership.objects.filter(user_id=user_id).delete()


def test_a_hint_returns_at_once_and_is_bounded_while_redis_is_away(monkeypatch):
    class Away:
        async def group_send(self, group, message):
            raise OSError("no Redis here")

    monkeypatch.setattr(publisher, "get_channel_layer", Away)
    mine = publisher.Publisher()
    for number in range(publisher._MOST_NOTED + 500):
        mine.note(schema="alfa", station_id=number)
    assert len(mine._noted) <= publisher._MOST_NOTED


def test_a_page_says_when_hints_no_longer_arrive(anna, monkeypatch):
    monkeypatch.setattr(consumers, "PULSE_EVERY_S", 0.1)
    monkeypatch.setattr(consumers, "STALE_AFTER_S", 0.5)
    station = make_station(f"P-{uuid.uuid4().hex[:6]}")

    async def scenario():
        communicator = socket(anna, f"/live/fleet/?stations={station.pk}")
        assert (await communicator.connect(5))[0]
        assert (await next_with(communicator, "live"))["live"] is True

        async def lost(layer, channel, message):
            raise OSError("no Redis here")

        with monkeypatch.context() as away:
            away.setattr(RedisPubSubLoopLayer, "send", lost)
            assert (await next_with(communicator, "live"))["live"] is False
        assert (await next_with(communicator, "live"))["live"] is True
        assert "content" in await next_with(communicator, "content")  # catches up
        await communicator.disconnect()

    run(scenario)


def test_the_messages_of_the_row_are_escaped(anna):
    station = make_station("XSS-2", vendor="<script>alert(1)</script>")
    row = queries.list_stations(sites=None, ids=[station.pk])[0]
    assert "<script>" not in render_to_string(
        "dashboard/installers/_station_row.html", {"row": row}
    )
