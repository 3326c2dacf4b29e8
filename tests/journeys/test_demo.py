"""The demo as a person starts it: found, alive, restarted, stopped, nothing left."""

import json
import os
import signal
import socket
import stat
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest

from apps.core.embedded import free_port
from tests.services import ROOT

pytestmark = [pytest.mark.journey, pytest.mark.slow]
FORGET = ("DATABASE_URL", "MIGRATION_DATABASE_URL", "REDIS_URL", "DJANGO_SETTINGS_MODULE")


def environment() -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if name not in FORGET}


class Running:
    """A demo in a folder of its own."""

    def __init__(self, home: Path) -> None:
        self.home, self.port = home, free_port()
        self.said = (home / "said.txt").open("w+", encoding="utf-8")
        self.process = subprocess.Popen(
            [sys.executable, "manage.py", "demo", *self.options],
            cwd=ROOT,
            env=environment(),
            stdout=self.said,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )

    @property
    def options(self) -> list[str]:
        return ["--port", str(self.port), "--home", str(self.home), "--days", "2"]

    def facts(self) -> Any:
        return json.loads((self.home / "demo.json").read_text(encoding="utf-8"))

    def output(self) -> str:
        return (self.home / "said.txt").read_text(encoding="utf-8")

    def wait(self, condition: Callable[[], Any], seconds: float) -> Any:
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            if found := condition():
                return found
            assert self.process.poll() is None, self.output()
            time.sleep(0.1)
        raise AssertionError(self.output())

    def wait_until_ready(self) -> None:
        self.wait(lambda: "ready: http" in self.output(), 150)

    def stop(self, number: int = signal.SIGINT) -> float:
        began = time.monotonic()
        if self.process.poll() is None:
            self.process.send_signal(number)
        self.process.wait(60)
        self.said.close()
        return time.monotonic() - began


@pytest.fixture(scope="module")
def demo(tmp_path_factory) -> Iterator[Running]:
    """A running demo, shared by the tests that leave it running."""
    running = Running(tmp_path_factory.mktemp("demo"))
    try:
        running.wait_until_ready()
        yield running
    finally:
        running.stop(signal.SIGTERM)


def is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def pids_of(facts: Any) -> list[int]:
    return [pid for role in facts["pids"].values() for pid in role]


def test_the_demo_tells_what_runs_and_how_to_log_in(demo):
    path = demo.home / "demo.json"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    facts = demo.facts()
    assert facts["web"] == f"http://localhost:{demo.port}"
    assert facts["stations"] == f"ws://localhost:{demo.port}/ocpp"
    assert facts["root_pid"] == demo.process.pid
    assert {t["kind"] for t in facts["tenants"]} == {"installer", "employer"}
    assert [p["role"] for p in facts["people"]] == [
        "installer",
        "employee",
        "finance",
        "site_owner",
    ]
    assert set(facts["pids"]) == {"web", "worker", "beat", "postgres", "redis"}
    assert all(is_alive(pid) for pid in pids_of(facts))
    for person in facts["people"]:
        assert person["login"] in demo.output()
        assert person["password"] in demo.output()
    with urllib.request.urlopen(facts["web"], timeout=10) as page:
        assert page.status == 200


def test_the_roles_of_both_database_addresses_are_what_they_say(demo):
    facts = demo.facts()
    with psycopg.connect(facts["database_url"]) as runtime:
        schema = facts["tenants"][0]["schema"]
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            runtime.execute(f"DELETE FROM {schema}.stations_journalrow")
    with psycopg.connect(facts["migration_database_url"]) as owner:
        row = owner.execute("SELECT current_user").fetchone()
        assert row == ("laadboek_owner",)


def test_eight_stations_are_online_and_charge_on_every_connector(demo):
    def charging() -> bool:
        with psycopg.connect(demo.facts()["database_url"]) as connection:
            row = connection.execute(
                "SELECT count(*) FILTER (WHERE is_online), (SELECT count(*) FROM"
                " duinmeer.charging_sessions_session WHERE ended_at IS NULL),"
                " (SELECT count(*) FROM duinmeer.charging_sessions_session"
                " WHERE auth_status <> 'Accepted')"
                " FROM duinmeer.stations_station"
            ).fetchone()
        assert row is not None
        assert row[2] == 0, "a card of the demo was refused"
        return bool(row[0] == 8 and row[1] == 12)

    demo.wait(charging, 60)


@pytest.mark.parametrize("role", ["web", "worker", "beat", "postgres", "redis"])
def test_a_killed_child_comes_back_and_demo_json_follows(demo, role):
    (before,) = demo.facts()["pids"][role]
    os.kill(before, signal.SIGKILL)
    (after,) = demo.wait(
        lambda: [p for p in demo.facts()["pids"][role] if p != before and is_alive(p)], 30
    )
    assert after != before
    time.sleep(0.5)
    demo.wait(lambda: answers(demo), 30)
    assert "ended (signal SIGKILL); starting it again in 0.2 s" in demo.output()


def answers(demo: Running) -> bool:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{demo.port}/", timeout=5) as page:
            return bool(page.status == 200)
    except OSError:
        return False


def test_a_second_demo_on_the_same_folder_names_the_first(demo):
    second = subprocess.run(
        [sys.executable, "manage.py", "demo", *demo.options],
        cwd=ROOT,
        env=environment(),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert second.returncode != 0
    where = f"http://localhost:{demo.port}"
    assert f"already running with pid {demo.process.pid} at {where}." in second.stderr
    assert answers(demo)


def test_another_shell_finds_it_and_an_environment_variable_wins(demo):
    def tenants(**more: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [
                *(sys.executable, "manage.py", "create_user", "--tenant", "nobody"),
                *("--role", "auditor", "--email", "a@b.example", "--json"),
            ],
            cwd=ROOT,
            env={**environment(), "DEMO_FILE": str(demo.home / "demo.json"), **more},
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )

    assert "Tenants: duinmeer, zilverberk" in tenants().stderr
    assert "duinmeer" not in tenants(DATABASE_URL="postgres://x@127.0.0.1:1/none").stderr


def test_however_it_ends_nothing_is_left_and_the_next_start_keeps_the_data(tmp_path):
    for number in (signal.SIGINT, signal.SIGKILL, signal.SIGTERM):
        demo = Running(tmp_path)
        demo.wait_until_ready()
        is_first = number == signal.SIGINT
        assert ("history" in demo.output()) == is_first, "the data is kept"
        pids = pids_of(demo.facts())
        demo.stop(number)
        if number == signal.SIGKILL:
            end = time.monotonic() + 20
            while any(is_alive(pid) for pid in pids) and time.monotonic() < end:
                time.sleep(0.1)
        else:
            assert demo.process.returncode == 0, demo.output()
            assert not (tmp_path / "demo.json").exists()
        assert not any(is_alive(pid) for pid in pids)


def test_a_taken_port_is_named_with_a_remedy(tmp_path):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        said = subprocess.run(
            [sys.executable, "manage.py", "demo", "--port", str(port), "--home", str(tmp_path)],
            cwd=ROOT,
            env=environment(),
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
    assert said.returncode != 0
    assert f"port {port} is in use" in said.stderr
