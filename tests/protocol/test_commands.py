"""Commands: rows, one outgoing call at a time, an end for each."""

import asyncio
import datetime as dt

import pytest
from asgiref.sync import async_to_sync

from apps.audit.models import AuditEntry
from apps.core import binding, clock
from apps.core.refused import NotFound, Refused
from apps.ocpp.v16.outbound import build, read
from apps.ocpp.v16.outbound.registry import NotSupportedByVersionError
from apps.stations.models import Command, JournalRow, Station
from apps.stations.operations import (
    confirm_commands,
    record_answer,
    request_command,
    sweep_commands,
    take_command,
)
from apps.tenants.bridge import in_tenant, run_in_tenant

pytestmark = pytest.mark.protocol
RESET = {"type": "soft"}


def order(kind="reset", args=None, **options):
    """Request a command as a page would; returns its id."""
    station_id = Station.objects.get().pk
    command = request_command(
        station_id=station_id,
        kind=kind,
        args=RESET if args is None else args,
        now=clock.now(),
        **options,
    )
    return command.pk


async def ordered(door, station, kind="reset", args=None):
    """Request a command and wake the door; returns the command's id and the frame sent."""
    command_id = await in_tenant("alfa", order, kind, args)
    station_id = next(place[1] for place in door.sockets)
    door.on_command("alfa", station_id, command_id)
    return command_id, await station.next_frame()


def row_of(command_id):
    return Command.objects.values("state", "response", "finished_at").get(pk=command_id)


async def settled(command_id, *states):
    """Wait until a command is in one of the states; returns its row as plain data."""
    for _ in range(100):
        row = await in_tenant("alfa", row_of, command_id)
        if row["state"] in states:
            return row
        await asyncio.sleep(0.02)
    raise AssertionError(f"command {command_id} never became {states}")


@pytest.mark.parametrize(
    ("answer", "state", "response"),
    [
        ('[3,"{id}",{"status":"Accepted"}]', "accepted", {"status": "Accepted"}),
        ('[3,"{id}",{"status":"Rejected"}]', "rejected", {"status": "Rejected"}),
        ('[3,"{id}",{}]', "error", {}),
        (
            '[3,"{id}",[]]',
            "error",
            {"error": "FormationViolation", "description": "the answer is no object"},
        ),
        (
            '[4,"{id}","NotSupported","no",{}]',
            "not_supported",
            {"error": "NotSupported", "description": "no"},
        ),
        (
            '[4,"{id}","Odd","a\\u0000b",{}]',
            "error",
            {"error": "Odd", "description": "a\ufffdb"},
        ),
    ],
)
def test_a_station_s_answer_decides_the_state(station, quiet_door, answer, state, response):
    async def scenario():
        await station.connect()
        command_id, frame = await ordered(quiet_door, station)
        assert (frame[0], frame[2:]) == (2, ["Reset", {"type": "Soft"}])
        await station.send(answer.replace("{id}", frame[1]))
        row = await settled(command_id, state)
        await station.disconnect()
        return row

    row = async_to_sync(scenario)()
    assert row["response"] == response
    assert (row["finished_at"] is None) == (state == "accepted")
    out, answered = JournalRow.objects.order_by("seq")
    assert (out.direction, out.action) == ("out", "Reset")
    assert (answered.direction, answered.action) == ("in", "Reset"), "the log filters by it"


def test_commands_go_one_at_a_time_and_crossing_calls_are_answered(station, quiet_door):
    async def scenario():
        await station.connect()
        first, frame = await ordered(quiet_door, station)
        second = await in_tenant("alfa", order, "reset", {"type": "hard"})
        quiet_door.on_command("alfa", next(iter(quiet_door.sockets))[1], second)
        assert await station.silence()
        assert (await station.call("Heartbeat", {}))[0] == 3
        await station.send(f'[3,"{frame[1]}",{{"status":"Rejected"}}]')
        frame = await station.next_frame()
        assert frame[3] == {"type": "Hard"}
        await station.send(f'[3,"{frame[1]}",{{"status":"Rejected"}}]')
        await settled(second, "rejected")
        await station.disconnect()
        return await settled(first, "rejected")

    async_to_sync(scenario)()


def test_no_answer_is_a_timeout_that_frees_the_slot_and_a_late_answer_is_kept(
    station, quiet_door, settings
):
    settings.COMMAND_TIMEOUT_SECONDS = 0.1

    async def scenario():
        await station.connect()
        first, late = await ordered(quiet_door, station)
        await settled(first, "timeout")
        second, frame = await ordered(quiet_door, station)
        await station.send(f'[3,"{late[1]}",{{"status":"Accepted"}}]')
        await station.send(f'[3,"{frame[1]}",{{"status":"Rejected"}}]')
        await settled(second, "rejected")
        await station.disconnect()
        return await settled(first, "timeout")

    assert async_to_sync(scenario)()["response"] == {"status": "Accepted", "late": True}


def test_a_lost_connection_ends_a_sent_command(station, quiet_door):
    async def scenario():
        await station.connect()
        command_id, _ = await ordered(quiet_door, station)
        await station.disconnect()
        return await settled(command_id, "timeout")

    assert async_to_sync(scenario)()["response"]["error"] == "ConnectionLost"


def test_what_waited_while_offline_is_sent_on_connect(station):
    command_id = run_in_tenant("alfa", order)

    async def scenario():
        await station.connect()
        frame = await station.next_frame()
        await station.send(f'[3,"{frame[1]}",{{"status":"Accepted"}}]')
        await settled(command_id, "accepted")
        await station.disconnect()

    async_to_sync(scenario)()


def test_an_expired_command_is_not_sent(station, quiet_door):
    command_id = run_in_tenant("alfa", order, expires_in_s=0)

    async def scenario():
        await station.connect()
        quiet_door.on_command("alfa", next(iter(quiet_door.sockets))[1], command_id)
        assert await station.silence()
        await station.disconnect()

    async_to_sync(scenario)()
    assert Command.objects.get().state == "expired"


def test_a_boot_confirms_a_reset(station, quiet_door):
    async def scenario():
        await station.connect()
        command_id, frame = await ordered(quiet_door, station)
        await station.send(f'[3,"{frame[1]}",{{"status":"Accepted"}}]')
        await settled(command_id, "accepted")
        boot = {"chargePointVendor": "A", "chargePointModel": "B"}
        await station.result("BootNotification", boot)
        row = await settled(command_id, "confirmed")
        await station.disconnect()
        return row

    assert async_to_sync(scenario)()["finished_at"] is not None


def test_a_command_that_this_version_cannot_say_is_told_so(station, quiet_door):
    async def scenario():
        await station.connect()
        args = {"evse": 1, "token": "x" * 21}
        command_id = await in_tenant("alfa", order, "start-charging", args)
        quiet_door.on_command("alfa", next(iter(quiet_door.sockets))[1], command_id)
        row = await settled(command_id, "not_supported")
        assert await station.silence()
        await station.disconnect()
        return row

    assert async_to_sync(scenario)()["response"]["error"] == "NotSupportedByVersion"


def test_a_request_is_audited_without_the_card(station):
    run_in_tenant("alfa", order, "start-charging", {"evse": "1", "token": " 04AABBCCDD "})
    row = Command.objects.get()
    assert row.args == {"evse": 1, "connector": 1, "token": "04AABBCCDD"}
    entry = AuditEntry.objects.get(action="stations.command.request")
    assert entry.after is not None
    assert entry.after["kind"] == "start-charging"
    assert entry.after["token"] == "••••CCDD"


@pytest.mark.parametrize(
    ("kind", "args", "field"),
    [
        ("reset", {}, "type"),
        ("reset", {"type": "Soft"}, "type"),
        ("start-charging", {"token": "x"}, "evse"),
        ("start-charging", {"evse": 0, "token": "x"}, "evse"),
        ("start-charging", {"evse": 1}, "token"),
        ("start-charging", {"evse": 1, "token": " "}, "token"),
        ("start-charging", {"evse": 1, "connector": "x", "token": "x"}, "connector"),
        ("stop-charging", {}, "transaction_id"),
        ("stop-charging", {"transaction_id": "x" * 37}, "transaction_id"),
    ],
)
def test_a_wrong_argument_is_named(station, kind, args, field):
    with pytest.raises(Refused) as refusal:
        run_in_tenant("alfa", order, kind, args or {"x": 1})
    assert refusal.value.field == field
    assert Command.objects.count() == 0


def test_an_unknown_command_or_station_is_not_found(station):
    with pytest.raises(NotFound):
        run_in_tenant("alfa", order, "dance", {"x": 1})
    with pytest.raises(NotFound):
        request_command(station_id=0, kind="reset", args=RESET, now=clock.now())


def test_the_sweeper_ends_what_nobody_ends(station):
    now = clock.now()
    rows = {
        state: Command.objects.create(
            station=Station.objects.get(),
            kind="reset",
            state=state,
            requested_at=now,
            expires_at=now,
            sent_at=now - dt.timedelta(minutes=5),
            confirm_until=now - dt.timedelta(seconds=1),
        )
        for state in ("queued", "sent", "accepted", "rejected")
    }
    assert sweep_commands(now=now) == 3
    ends = {state: Command.objects.get(pk=row.pk).state for state, row in rows.items()}
    assert ends == {
        "queued": "offline",
        "sent": "timeout",
        "accepted": "unconfirmed",
        "rejected": "rejected",
    }
    Station.objects.update(is_online=True)
    Command.objects.filter(pk=rows["queued"].pk).update(state="queued")
    sweep_commands(now=now)
    assert Command.objects.get(pk=rows["queued"].pk).state == "expired"


def test_only_what_matches_is_confirmed(station):
    now, row = clock.now(), Station.objects.get()
    for number in ("7", "8"):
        Command.objects.create(
            station=row,
            kind="stop-charging",
            args={"transaction_id": number},
            state="accepted",
            requested_at=now,
            expires_at=now,
        )
    match = {"transaction_id": "7"}
    assert confirm_commands(station_id=row.pk, kind="stop-charging", match=match, now=now) == 1
    assert confirm_commands(station_id=row.pk, kind="stop-charging", match=match, now=now) == 0
    assert confirm_commands(station_id=row.pk, kind="reset", match={}, now=now) == 0


def test_commands_are_said_in_the_words_of_1_6():
    start = {"evse": 2, "connector": 1, "token": "04AA"}
    assert build("start-charging", start) == (
        "RemoteStartTransaction",
        {"connectorId": 2, "idTag": "04AA"},
    )
    assert build("stop-charging", {"transaction_id": "7"}) == (
        "RemoteStopTransaction",
        {"transactionId": 7},
    )
    for kind, args in (("stop-charging", {"transaction_id": "a-b"}), ("base-report", {})):
        with pytest.raises(NotSupportedByVersionError):
            build(kind, args)
    assert read("Reset", {"status": "Scheduled"}).state == "scheduled"
    assert read("Reset", {"status": 5}).state == "error"


def test_only_the_newest_socket_takes_a_command(station):
    """An older socket, not closed yet, must not send what the newer one will send."""
    with binding.bound("alfa"):
        Station.objects.update(epoch=7)
        command_id = order()
        taken = [
            take_command(command_id=command_id, epoch=epoch, message_id="m", now=clock.now())
            for epoch in (6, 7, 7)
        ]
    assert [one is None for one in taken] == [True, False, True]


@pytest.mark.parametrize("end", ["confirmed", "timeout", "offline"])
def test_an_answer_after_the_end_is_kept_and_changes_no_state(station, end):
    with binding.bound("alfa"):
        command_id = order()
        Command.objects.update(state=end)
        record_answer(
            command_id=command_id, state="accepted", response={"status": "X"}, now=clock.now()
        )
        row = Command.objects.get()
    assert (row.state, row.response) == (end, {"status": "X"})
