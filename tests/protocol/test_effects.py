"""What a station does after it said yes: seen, and only then confirmed."""

import datetime as dt

import pytest
from asgiref.sync import async_to_sync

from apps.core import clock
from apps.stations.models import Command
from apps.stations.operations import sweep_commands
from apps.tenants.bridge import in_tenant
from tests.protocol.test_commands import order, ordered, row_of, settled

pytestmark = pytest.mark.protocol
FIRMWARE = {"url": "https://files.example.test/fw", "fetch_at": "2026-12-01T08:00:00Z"}
SIGNED = {**FIRMWARE, "certificate": "PEM", "signature": "c2ln"}
LOG = {"log": "security-log", "url": "https://files.example.test/"}


async def accepted(door, station, kind, args, answer='{"status":"Accepted"}'):
    """Order something that the station says yes to; returns the command and the call's payload."""
    command_id, frame = await ordered(door, station, kind, args)
    await station.send(f'[3,"{frame[1]}",{answer}]')
    await settled(command_id, "accepted", "scheduled", "confirmed")
    return command_id, frame[3]


async def state_after_sweep(command_id, later=dt.timedelta(0)):
    await in_tenant("alfa", sweep_commands, now=clock.now() + later)
    return (await in_tenant("alfa", row_of, command_id))["state"]


def status(connector, word):
    return {"connectorId": connector, "errorCode": "NoError", "status": word}


def progress_of(command_id):
    return Command.objects.values_list("progress", "state").get(pk=command_id)


@pytest.mark.parametrize(
    ("kind", "args", "answer"),
    [
        ("unlock", {"evse": 1}, '{"status":"Unlocked"}'),
        ("clear-cache", {}, '{"status":"Accepted"}'),
        ("get-config", {}, '{"configurationKey":[]}'),
        ("local-list-version", {}, '{"listVersion":0}'),
    ],
)
def test_where_the_answer_is_the_effect_it_confirms(station, quiet_door, kind, args, answer):
    async def scenario():
        await station.connect()
        command_id, _ = await accepted(quiet_door, station, kind, args, answer)
        row = await settled(command_id, "confirmed")
        await station.disconnect()
        return row

    assert async_to_sync(scenario)()["finished_at"] is not None


def test_availability_is_confirmed_when_the_connector_shows_it(station, quiet_door):
    async def scenario():
        await station.connect()
        await station.result("StatusNotification", status(1, "Charging"))
        command_id, _ = await accepted(
            quiet_door,
            station,
            "set-availability",
            {"evse": 1, "operative": False},
            '{"status":"Scheduled"}',
        )
        before = await state_after_sweep(command_id)
        await station.result("StatusNotification", status(1, "Unavailable"))
        off = await state_after_sweep(command_id)
        again, _ = await accepted(quiet_door, station, "set-availability", {"operative": True})
        still = await state_after_sweep(again)
        await station.result("StatusNotification", status(1, "Available"))
        on = await state_after_sweep(again)
        await station.disconnect()
        return before, off, still, on

    assert async_to_sync(scenario)() == ("scheduled", "confirmed", "accepted", "confirmed")


def test_a_trigger_is_confirmed_by_the_message_that_comes_after_it(station, quiet_door):
    args = {"message": "Heartbeat"}

    async def scenario():
        await station.connect()
        await station.result("Heartbeat", {})  # before the question: no proof
        command_id, _ = await accepted(quiet_door, station, "trigger", args)
        before = await state_after_sweep(command_id)
        await station.result("Heartbeat", {})
        after = await state_after_sweep(command_id)
        silent, _ = await accepted(quiet_door, station, "trigger", {"message": "MeterValues"})
        end = await state_after_sweep(silent, dt.timedelta(seconds=61))
        await station.disconnect()
        return before, after, end

    assert async_to_sync(scenario)() == ("accepted", "confirmed", "unconfirmed")


@pytest.mark.parametrize(("told", "state"), [("60", "confirmed"), ("300", "accepted")])
def test_a_changed_setting_is_read_again_and_counts_as_the_station_tells_it(
    station, quiet_door, told, state
):
    change = {"key": "HeartbeatInterval", "value": "60"}

    async def scenario():
        await station.connect()
        command_id, _ = await accepted(quiet_door, station, "set-config", change)
        asked = await in_tenant("alfa", lambda: Command.objects.get(kind="get-config").pk)
        station_id = next(place[1] for place in quiet_door.sockets)
        quiet_door.on_command("alfa", station_id, asked)
        frame = await station.next_frame()
        assert frame[2:] == ["GetConfiguration", {"key": ["HeartbeatInterval"]}]
        listed = f'[{{"key":"heartbeatinterval","readonly":false,"value":"{told}"}}]'
        await station.send(f'[3,"{frame[1]}",{{"configurationKey":{listed}}}]')
        await settled(asked, "confirmed")
        row = await in_tenant("alfa", row_of, command_id)
        await station.disconnect()
        return row["state"]

    assert async_to_sync(scenario)() == state


@pytest.mark.parametrize(
    ("kind", "args", "answer", "action", "words", "end"),
    [
        ("update-firmware", FIRMWARE, "{}", "FirmwareStatusNotification",
         ["Downloading", "Downloaded", "Installing", "Installed"], "confirmed"),
        ("update-firmware", FIRMWARE, "{}", "FirmwareStatusNotification",
         ["Downloading", "DownloadFailed"], "unconfirmed"),
        ("update-firmware", SIGNED, '{"status":"Accepted"}', "SignedFirmwareStatusNotification",
         ["Downloading", "InvalidSignature"], "unconfirmed"),
        ("fetch-log", LOG, '{"status":"Accepted","filename":"a"}', "LogStatusNotification",
         ["Uploading", "Uploaded"], "confirmed"),
        ("fetch-log", {**LOG, "log": "diagnostics"}, "{}", "DiagnosticsStatusNotification",
         ["Uploading", "UploadFailed"], "unconfirmed"),
    ],
)  # fmt: skip
def test_something_long_tells_how_far_it_is_and_ends_by_its_last_word(
    station, quiet_door, kind, args, answer, action, words, end
):
    async def scenario():
        await station.connect()
        command_id, said = await accepted(quiet_door, station, kind, args, answer)
        seen = []
        for word in words:
            about = {"requestId": said["requestId"]} if "requestId" in said else {}
            assert await station.result(action, {"status": word, **about}) == {}
            seen.append(await in_tenant("alfa", progress_of, command_id))
        await station.disconnect()
        return seen

    *before, last = async_to_sync(scenario)()
    assert [word for word, _ in before] == words[:-1]
    assert {state for _, state in before} == {"accepted"}
    assert last == (words[-1], end)


def test_progress_of_another_request_or_of_nothing_changes_nothing(station, quiet_door):
    async def scenario():
        await station.connect()
        assert await station.result("FirmwareStatusNotification", {"status": "Idle"}) == {}
        command_id, said = await accepted(
            quiet_door, station, "fetch-log", LOG, '{"status":"Accepted"}'
        )
        about = {"requestId": said["requestId"] + 1}
        await station.result("LogStatusNotification", {"status": "Uploaded", **about})
        other = await in_tenant("alfa", progress_of, command_id)
        await station.result("LogStatusNotification", {"status": "Uploading"})  # names none
        await station.disconnect()
        return other, await in_tenant("alfa", progress_of, command_id)

    assert async_to_sync(scenario)() == (("", "accepted"), ("Uploading", "accepted"))


def test_what_was_never_sent_is_not_confirmed_by_a_look(station):
    async def scenario():
        command_id = await in_tenant("alfa", order, "trigger", {"message": "Heartbeat"})
        return await state_after_sweep(command_id)

    assert async_to_sync(scenario)() == "queued"
