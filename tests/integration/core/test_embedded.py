"""The embedded servers: restartable, in reach of the user they run as, gone with their parent."""

import signal
import subprocess
import sys
import textwrap
import time

import psycopg
import pytest

from apps.core.embedded import Postgres, Valkey, free_port, wait_for_port
from tests.services import ROOT

pytestmark = pytest.mark.slow


@pytest.fixture
def home(tmp_path_factory):
    folder = tmp_path_factory.mktemp("servers")
    for part in [folder, *folder.parents]:
        if part.name.startswith(("servers", "popen", "pytest")):
            part.chmod(0o755)
    return folder


def test_data_survive_an_immediate_stop_and_a_new_start(home):
    server = Postgres(home)
    server.prepare()
    server.start()
    try:
        with psycopg.connect(server.admin_dsn, autocommit=True) as conn:
            conn.execute("CREATE TABLE kept AS SELECT 1 AS n")
        server.stop(number=signal.SIGQUIT)
        server.prepare()
        server.start()
        with psycopg.connect(server.admin_dsn) as conn:
            assert conn.execute("SELECT n FROM kept").fetchone() == (1,)
            assert conn.execute("SHOW fsync").fetchone() == ("on",)
    finally:
        server.stop()


def test_a_killed_parent_leaves_no_server_behind(home):
    code = f"""
        import pathlib, time
        from apps.core.embedded import Valkey
        server = Valkey(pathlib.Path({str(home)!r}))
        server.start()
        print(server.process.pid, server.port, flush=True)
        time.sleep(60)
    """
    parent = subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(code)], cwd=ROOT, stdout=subprocess.PIPE, text=True
    )
    assert parent.stdout is not None
    _, port = map(int, parent.stdout.readline().split())
    parent.kill()
    parent.wait(10)
    parent.stdout.close()
    end = time.monotonic() + 10
    while time.monotonic() < end:
        try:
            wait_for_port(port, seconds=0.1)
        except TimeoutError:
            return
    raise AssertionError("the server outlived its parent")


def test_a_port_nobody_uses_is_told(home):
    with pytest.raises(TimeoutError, match="nothing answers"):
        wait_for_port(free_port(), seconds=0.1)


def test_valkey_stops_when_asked(home):
    server = Valkey(home)
    server.start()
    server.stop()
    assert server.process is not None
    assert server.process.poll() is not None
