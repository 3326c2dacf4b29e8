"""Frames that real stations sent, with the public report each comes from (`tests/frames`)."""

import json
from pathlib import Path

import pytest
from asgiref.sync import async_to_sync

from apps.metering.models import Reading
from apps.ocpp.handshake import identity_of
from apps.ocpp.v16.registry import SCHEMAS
from apps.stations.models import JournalRow, Station

pytestmark = pytest.mark.protocol
FRAMES = Path(__file__).resolve().parents[1] / "frames" / "vendors_1_6.jsonl"
CASES = [json.loads(line) for line in FRAMES.read_text().splitlines()]
TALK = [case for case in CASES if case["kind"] == "ws_text" and case["expect"] != "CSMS_FORMAT"]


def play(station, frame):
    """Send a frame as it is, then a heartbeat; returns what came before the heartbeat's answer."""

    async def scenario():
        await station.connect()
        await station.send(frame)
        await station.send('[2,"still-alive","Heartbeat",{}]')
        answers = []
        while True:
            answer = await station.next_frame()
            if answer[1] == "still-alive":
                break
            answers.append(answer)
        await station.disconnect()
        return answers

    return async_to_sync(scenario)()


@pytest.mark.parametrize("case", TALK, ids=[case["id"] for case in TALK])
def test_a_vendor_s_frame_is_tolerated(station, case):
    answers = play(station, case["frame"])
    assert not JournalRow.objects.filter(remark__contains="quarantine").exists()
    if case["expect"] == "NO_DISCONNECT":
        return
    (answer,) = answers
    assert answer[0] == 3 or case["expect"] == "ANSWER", answer
    sent = json.loads(case["frame"])
    assert answer[1] == sent[1]
    if answer[0] == 3:
        assert SCHEMAS.is_result(sent[2], answer[2])


def frame(case_id):
    return next(case["frame"] for case in CASES if case["id"] == case_id)


@pytest.mark.parametrize("case", CASES, ids=[case["id"] for case in CASES])
def test_every_kept_frame_names_its_source(case):
    assert case["source"] and case["quirk"] and case["expected_tolerant_behaviour"]


def test_a_current_without_measurand_is_no_energy_and_int64_is_no_transaction(station):
    play(station, frame("vf031"))
    assert not Reading.objects.filter(measurand__startswith="Energy").exists()
    assert set(Reading.objects.values_list("unit", "transaction_id")) == {("A", "")}


def test_numbers_and_several_samples_keep_their_own_moments(station):
    play(station, frame("vf033"))
    registers = Reading.objects.filter(measurand="Energy.Active.Import.Register")
    assert len(set(registers.values_list("taken_at", flat=True))) == registers.count() == 4
    assert str(registers.order_by("taken_at")[0].value) == "604.213"


def test_a_stray_comma_loses_no_reading(station):
    (answer,) = play(station, frame("vf035"))
    assert answer[0] == 3
    assert Reading.objects.filter(value=139955).exists()
    assert JournalRow.objects.get(seq=1).remark.startswith("stray comma")


def test_a_unit_that_contradicts_its_measurand_is_ignored(station):
    play(station, frame("vf039"))
    assert not Reading.objects.filter(measurand="SoC").exclude(unit="%").exists()
    play(station, frame("vf043"))
    assert set(Reading.objects.filter(measurand="Frequency").values_list("unit", flat=True)) == {
        "Hz"
    }


def test_year_one_becomes_the_moment_of_receipt(station):
    play(station, frame("vf019"))
    reported_at = Station.objects.get().reported_at
    assert reported_at is not None and reported_at.year > 2000


@pytest.mark.parametrize(
    ("case_id", "identity"),
    [
        ("vf083", "GRS-0000000001"),
        ("vf085", "STATION1"),
        ("vf087", "Actec"),
        ("vf089", "SERIAL_1234"),
        ("vf091", "RDAM 123"),
        ("vf093", "EXICOM_SP"),
    ],
)
def test_a_vendor_s_path_names_its_station(case_id, identity):
    path = json.loads(frame(case_id))["path"]
    assert identity_of(path.encode()) == identity
