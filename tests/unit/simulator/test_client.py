import asyncio
import json

import pytest
from websockets.asyncio.server import serve

from apps.simulator.behaviour import Station
from apps.simulator.client import SimulatedStation
from apps.simulator.ledger import Ledger
from apps.simulator.link import RefusedError
from tests.unit.simulator.toy import toy_backoffice, until

BUSY = Station("NL-1", "busy", seed=1, tokens=("AA01",), interval_s=60)
IDLE = Station("NL-1", "home", tokens=(), interval_s=60)


def live(scenario, *, station=BUSY, speed=120, ledger=None):
    """Run a scenario(toy, simulated) beside a live station; ends it in an orderly way."""

    async def story():
        async with toy_backoffice() as toy, asyncio.timeout(25):
            simulated = SimulatedStation(
                station, url=f"ws://127.0.0.1:{toy.port}/ocpp/NL-1", speed=speed, ledger=ledger
            )
            stop = asyncio.Event()
            task = asyncio.create_task(simulated.run(stop))
            try:
                await scenario(toy, simulated)
            finally:
                stop.set()
                await task
            return toy, simulated

    return asyncio.run(story())


def test_a_station_boots_tells_its_status_and_charges(tmp_path):
    async def scenario(toy, simulated):
        await until(lambda: toy.of("StopTransaction"))

    path = tmp_path / "ledger.jsonl"
    with Ledger(path) as ledger:
        toy, simulated = live(scenario, speed=600, ledger=ledger)
    assert [frame[2] for frame in toy.frames[:3]] == [
        "BootNotification",
        "StatusNotification",
        "StatusNotification",
    ]
    starts, stops = toy.of("StartTransaction"), toy.of("StopTransaction")
    assert len(starts) == len(stops)
    balance = sum(s["meterStop"] for s in stops) - sum(s["meterStart"] for s in starts)
    assert balance == simulated.registers[1] > 0
    assert balance == sum(row.energy_wh or 0 for row in ledger.charges.values())
    assert all(row.is_stop_acknowledged for row in ledger.charges.values())
    lines = [json.loads(line) for line in path.read_text().splitlines()]
    sent = [line["id"] for line in lines if line["event"] == "sent"]
    assert sent == [line["id"] for line in lines if line["event"] == "acknowledged"]


def test_a_refused_card_ends_the_charge_at_once():
    async def scenario(toy, simulated):
        toy.card_status = "ConcurrentTx"
        await until(lambda: toy.of("StopTransaction"))

    with Ledger() as ledger:
        toy, _ = live(scenario, speed=30, ledger=ledger)
    (start,), (stop,) = toy.of("StartTransaction"), toy.of("StopTransaction")
    assert stop["reason"] == "DeAuthorized"
    assert stop["transactionId"] == toy.last_transaction
    assert stop["meterStop"] - start["meterStart"] < 100
    assert ledger.counts["card_refused"] == 1


def test_an_unanswered_start_is_tried_again_with_a_new_id_and_the_same_content():
    async def scenario(toy, simulated):
        toy.cut_before_answering = {"StartTransaction"}
        await until(lambda: len(toy.of("StartTransaction")) == 2)

    toy, _ = live(scenario, speed=30)
    one, two = [frame for frame in toy.frames if frame[2] == "StartTransaction"][:2]
    assert one[1] != two[1]
    assert one[3] == two[3]
    assert len(toy.of("BootNotification")) == 1, "a reconnect is no boot"


def test_an_outage_loses_no_transaction_message():
    async def scenario(toy, simulated):
        await until(lambda: toy.of("MeterValues"))
        toy.cut_before_answering = {"MeterValues", "StopTransaction"}
        await until(lambda: len(toy.of("StopTransaction")) > 1)

    with Ledger() as ledger:
        live(scenario, speed=600, ledger=ledger)
    assert all(row.is_start_acknowledged for row in ledger.charges.values())
    assert all(row.is_stop_acknowledged for row in ledger.charges.values())


def test_a_message_that_is_refused_three_times_is_given_up():
    async def scenario(toy, simulated):
        toy.refuse = {"MeterValues"}
        await until(lambda: len(toy.of("MeterValues")) >= 3)
        toy.refuse = set()
        await until(lambda: toy.of("StopTransaction"))

    with Ledger() as ledger:
        live(scenario, speed=600, ledger=ledger)
    assert ledger.counts["refused"] >= 3


def test_a_remote_start_and_stop_are_obeyed():
    async def scenario(toy, simulated):
        await until(lambda: len(toy.of("StatusNotification")) >= 2)
        reply = await toy.ask("RemoteStartTransaction", {"idTag": "CC03", "connectorId": 1})
        assert reply[2] == {"status": "Accepted"}
        await until(lambda: toy.of("StartTransaction"))
        await until(lambda: simulated.charges and toy.of("MeterValues"))
        reply = await toy.ask("RemoteStopTransaction", {"transactionId": toy.last_transaction})
        assert reply[2] == {"status": "Accepted"}
        await until(lambda: toy.of("StopTransaction"))

    toy, _ = live(scenario, station=IDLE)
    assert toy.of("StartTransaction")[0]["idTag"] == "CC03"
    assert toy.of("StopTransaction")[0]["reason"] == "Remote"
    assert toy.of("StopTransaction")[0]["transactionId"] == toy.last_transaction


def test_a_reset_stops_the_charge_and_boots_again():
    async def scenario(toy, simulated):
        await until(lambda: toy.of("MeterValues"))
        reply = await toy.ask("Reset", {"type": "Soft"})
        assert reply[2] == {"status": "Accepted"}
        await until(lambda: len(toy.of("BootNotification")) == 2)

    toy, _ = live(scenario, speed=60)
    assert toy.of("StopTransaction")[0]["reason"] == "SoftReset"


def test_a_trigger_makes_it_say_that_message():
    async def scenario(toy, simulated):
        await until(lambda: len(toy.of("StatusNotification")) >= 2)
        await toy.ask("TriggerMessage", {"requestedMessage": "Heartbeat"})
        await until(lambda: toy.of("Heartbeat"))

    live(scenario, station=IDLE, speed=1)


def test_a_backoffice_without_the_subprotocol_is_refused_clearly():
    async def story():
        async def hold(socket):
            await socket.wait_closed()

        async with serve(hold, "127.0.0.1", 0) as server:
            port = server.sockets[0].getsockname()[1]
            simulated = SimulatedStation(IDLE, url=f"ws://127.0.0.1:{port}/ocpp/NL-1")
            await simulated.run(asyncio.Event())

    with pytest.raises(ExceptionGroup) as caught:
        asyncio.run(story())
    assert caught.group_contains(RefusedError, match="does not speak")
