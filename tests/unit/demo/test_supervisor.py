import os
import signal
import sys
import time

import pytest

from apps.demo.supervisor import FIRST_PAUSE, LONGEST_PAUSE, Child, Program, Supervisor


@pytest.fixture
def supervised(tmp_path):
    lines: list[str] = []
    changes: list[int] = []
    supervisor = Supervisor(lines.append, lambda: changes.append(1))
    yield supervisor, lines, changes, tmp_path
    supervisor.stop([child.name for child in supervisor.children], seconds=2)
    assert all(child.pid is None for child in supervisor.children)


def program(folder, code, name="p"):
    log = folder / f"{name}.log"
    return Child(name, "web", Program(["-c", code], env=dict(os.environ), log=log), log)


def tick_until(supervisor, condition, seconds=8.0):
    end = time.monotonic() + seconds
    while not condition() and time.monotonic() < end:
        supervisor.tick()
        time.sleep(0.02)
    assert condition()


SLEEP = "import time; time.sleep(60)"


def test_a_killed_child_comes_back_with_a_new_pid(supervised):
    supervisor, lines, changes, folder = supervised
    child = program(folder, SLEEP)
    supervisor.adopt(child)
    first = child.pid
    assert first is not None
    os.kill(first, signal.SIGKILL)
    tick_until(supervisor, lambda: child.pid not in {None, first})
    assert supervisor.pids() == {"web": [child.pid]}
    assert len(lines) == 1
    assert "SIGKILL" in lines[0]
    assert "0.2 s" in lines[0]
    assert len(changes) >= 3


def test_a_child_that_cannot_live_is_tried_with_growing_pauses(supervised):
    supervisor, lines, _, folder = supervised
    child = program(folder, "raise SystemExit(3)")
    supervisor.adopt(child)
    tick_until(supervisor, lambda: len(lines) == 3)
    assert ["0.2 s" in lines[0], "0.4 s" in lines[1], "0.8 s" in lines[2]] == [True] * 3
    assert all("exit code 3" in line for line in lines)
    assert child.pause <= LONGEST_PAUSE


def test_the_pause_is_short_again_after_a_steady_life(supervised):
    supervisor, _, _, folder = supervised
    child = program(folder, SLEEP)
    supervisor.adopt(child)
    child.pause, child.launched_at = LONGEST_PAUSE, time.monotonic() - 60
    assert child.pid is not None
    os.kill(child.pid, signal.SIGKILL)
    tick_until(supervisor, lambda: child.due_at is not None)
    assert child.pause == 2 * FIRST_PAUSE


def test_one_dead_child_does_not_hold_up_another(supervised):
    supervisor, _, _, folder = supervised
    hopeless = program(folder, "raise SystemExit(3)", "hopeless")
    healthy = program(folder, SLEEP, "healthy")
    supervisor.adopt(hopeless)
    supervisor.adopt(healthy)
    first = healthy.pid
    assert first is not None
    os.kill(first, signal.SIGKILL)
    tick_until(supervisor, lambda: healthy.pid not in {None, first}, seconds=3)


def test_a_child_that_ignores_the_signal_is_killed_in_the_end(supervised):
    supervisor, _, _, folder = supervised
    ready = folder / "ready"
    code = (
        "import signal, time, pathlib; signal.signal(signal.SIGTERM, signal.SIG_IGN); "
        f"pathlib.Path({str(ready)!r}).touch(); time.sleep(60)"
    )
    child = program(folder, code)
    supervisor.adopt(child)
    tick_until(supervisor, ready.exists)
    began = time.monotonic()
    supervisor.stop(["p"], seconds=0.3)
    assert child.pid is None
    assert time.monotonic() - began < 5
    assert child.what.process is not None
    assert child.what.process.returncode == -signal.SIGKILL


def test_a_stopped_child_stays_away(supervised):
    supervisor, lines, _, folder = supervised
    child = program(folder, SLEEP)
    supervisor.adopt(child)
    supervisor.stop(["p"], seconds=2)
    supervisor.tick()
    assert child.pid is None
    assert lines == []


@pytest.mark.skipif(sys.platform != "linux", reason="PDEATHSIG is Linux's")
def test_children_die_with_a_killed_supervisor(tmp_path):
    import subprocess  # noqa: PLC0415

    script = tmp_path / "parent.py"
    script.write_text(
        "import os, pathlib, time\n"
        "from apps.demo.supervisor import Program\n"
        f"p = Program(['-c', {SLEEP!r}], env=dict(os.environ), log=pathlib.Path('log'))\n"
        "p.launch()\n"
        "print(p.process.pid, flush=True)\n"
        "time.sleep(60)\n",
        encoding="utf-8",
    )
    parent = subprocess.Popen(
        [sys.executable, script],
        stdout=subprocess.PIPE,
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": os.getcwd()},  # noqa: PTH109
    )
    assert parent.stdout is not None
    pid = int(parent.stdout.readline())
    parent.kill()
    parent.wait(5)
    parent.stdout.close()
    end = time.monotonic() + 5
    while time.monotonic() < end and os.path.exists(f"/proc/{pid}"):  # noqa: PTH110
        time.sleep(0.02)
    assert not os.path.exists(f"/proc/{pid}")  # noqa: PTH110
