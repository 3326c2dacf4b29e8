import asyncio
import io
import json
import sys

import pytest
from django.core.management import CommandError, call_command

from apps.core.refused import Refused
from apps.simulator.fleet import Fleet, Registers, read_keys
from tests.services import ROOT
from tests.unit.simulator.toy import toy_backoffice


def write(path, *rows):
    path.write_text("\n".join(json.dumps(row) for row in rows), encoding="utf-8")
    return path


def test_lines_of_create_station_make_a_fleet(tmp_path):
    path = write(
        tmp_path / "s.jsonl",
        {"identity": "A 1", "url": "ws://x/ocpp/A%201", "key": "k"},
        {"identity": "B", "url": "", "key": "k", "profile": "office", "registers": {"2": 9}},
    )
    lines = read_keys(path)
    fleet = Fleet.from_keys(lines, url="ws://localhost:1/ocpp", profile="home", seed=1)
    one, two = fleet.stations
    assert one.outbox.url == "ws://localhost:1/ocpp/A%201"
    assert (one.station.connectors, two.station.connectors) == (1, 2)
    assert two.registers == {2: 9}


def test_registers_survive_between_runs_in_a_file(tmp_path):
    lines = read_keys(write(tmp_path / "s.jsonl", {"identity": "B", "url": "ws://x", "key": "k"}))
    memory = tmp_path / "registers.json"
    Registers(memory).keep("B", {1: 4_711})
    (station,) = Fleet.from_keys(lines, memory=memory).stations
    assert station.registers == {1: 4_711}


def test_a_line_without_a_url_needs_the_option(tmp_path):
    lines = read_keys(write(tmp_path / "s.jsonl", {"identity": "B", "key": "k"}))
    with pytest.raises(Refused, match="where B connects"):
        Fleet.from_keys(lines)


@pytest.mark.parametrize(
    ("content", "words"),
    [("", "names no station"), ("{}", "line 1"), ("nonsense", "line 1"), ("[]", "line 1")],
)
def test_a_wrong_keys_file_is_named_with_its_line(tmp_path, content, words):
    path = tmp_path / "s.jsonl"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(CommandError, match=words) as caught:
        call_command("simulate", keys=path)
    assert "--keys" in str(caught.value)


def test_a_missing_keys_file_is_named(tmp_path):
    with pytest.raises(CommandError, match="cannot read"):
        call_command("simulate", keys=tmp_path / "none.jsonl")


@pytest.mark.parametrize("option", ["speed", "interval"])
def test_a_number_below_one_is_refused(tmp_path, option):
    path = write(tmp_path / "s.jsonl", {"identity": "B", "key": "k"})
    with pytest.raises(CommandError, match=f"--{option}"):
        call_command("simulate", keys=path, **{option: 0})


def test_more_stations_than_keys_are_refused(tmp_path):
    path = write(tmp_path / "s.jsonl", {"identity": "B", "key": "k"})
    with pytest.raises(CommandError, match=r"--stations: .* names 1 stations"):
        call_command("simulate", keys=path, stations=2)


def test_each_station_has_cards_of_its_own_unless_its_line_names_some(tmp_path):
    path = write(
        tmp_path / "s.jsonl",
        {"identity": "A", "url": "ws://x", "key": "k"},
        {"identity": "B", "url": "ws://x", "key": "k"},
        {"identity": "C", "url": "ws://x", "key": "k", "tokens": ["04AA"]},
    )
    fleet = Fleet.from_keys(read_keys(path))
    assert [station.station.tokens for station in fleet.stations] == [
        ("SIMULATED01", "SIMULATED02"),
        ("SIMULATED03", "SIMULATED04"),
        ("04AA",),
    ]


def test_a_run_in_which_nothing_connected_fails_and_says_why(tmp_path):
    path = write(tmp_path / "s.jsonl", {"identity": "B", "key": "k"})
    said = io.StringIO()
    with pytest.raises(CommandError, match="no station connected: is the backoffice running at"):
        call_command(
            "simulate", keys=path, url="ws://127.0.0.1:1/ocpp", seconds=0.5, stderr=said, json=True
        )
    assert said.getvalue().startswith("B  ")
    assert "no connection" in said.getvalue()


def test_a_run_tells_who_connected_and_which_card_was_refused(tmp_path):
    path = write(
        tmp_path / "s.jsonl",
        {"identity": "B", "key": "k", "profile": "busy", "tokens": ["04AA"]},
    )

    async def story():
        async with toy_backoffice() as toy, asyncio.timeout(25):
            toy.card_status = "Invalid"
            url = f"ws://127.0.0.1:{toy.port}/ocpp"
            process = await asyncio.create_subprocess_exec(
                *(sys.executable, "manage.py", "simulate", "--url", url, "--keys", str(path)),
                *("--seconds", "3", "--speed", "30", "--json"),
                cwd=ROOT,
                stdout=asyncio.subprocess.PIPE,
                stderr=asyncio.subprocess.PIPE,
            )
            return process, await process.communicate()

    process, (told, said) = asyncio.run(story())
    assert process.returncode == 0, said
    summary = json.loads(told)
    assert (summary["stations"], summary["connected"]) == (1, 1)
    assert summary["cards_refused"] >= 1
    assert b"connected" in said
    assert b"card 04AA was refused: Invalid; create_id_token makes it known" in said
