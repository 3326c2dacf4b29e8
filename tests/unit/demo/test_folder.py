import json
import stat
import subprocess
import sys

import pytest

from apps.core.refused import Refused
from apps.demo.folder import Folder, migration_hashes
from apps.demo.run import Demo
from tests.services import ROOT


def test_demo_json_is_readable_by_its_owner_only(tmp_path):
    folder = Folder(tmp_path)
    folder.tell({"web": "http://localhost:1"})
    assert stat.S_IMODE(folder.demo_file.stat().st_mode) == 0o600
    assert json.loads(folder.demo_file.read_text()) == {"web": "http://localhost:1"}


def test_a_second_demo_on_the_same_folder_is_told_the_pid_of_the_first(tmp_path):
    code = (
        "import sys, pathlib; from apps.demo.folder import Folder; "
        f"folder = Folder(pathlib.Path({str(tmp_path)!r})); folder.claim(); "
        "print('held', flush=True); "
        "sys.stdin.read()"
    )
    first = subprocess.Popen(
        [sys.executable, "-c", code],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert first.stdout is not None
    assert first.stdin is not None
    try:
        assert first.stdout.readline() == "held\n"
        with pytest.raises(Refused, match=f"already running with pid {first.pid}"):
            Folder(tmp_path).claim()
    finally:
        first.communicate("", timeout=10)
    folder = Folder(tmp_path)
    folder.claim()
    folder.release()


def test_a_folder_that_cannot_be_made_is_refused_with_a_remedy(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(Refused, match="choose another folder"):
        Folder(tmp_path / "file" / "var").claim()


def test_what_was_remembered_is_there_at_the_next_start(tmp_path):
    Folder(tmp_path).remember(a=1)
    Folder(tmp_path).remember(b=2)
    assert Folder(tmp_path).memory == {"a": 1, "b": 2}


def choose(folder):
    return Demo(folder, port=1, days=90, write=lambda _: None)._choose_mode()


def test_an_empty_folder_is_seeded(tmp_path):
    assert choose(Folder(tmp_path)) == ["--days", "90"]


def test_unchanged_migrations_are_skipped(tmp_path):
    folder = Folder(tmp_path)
    folder.remember(migrations=migration_hashes(), is_complete=True)
    assert choose(folder) is None


def test_new_migrations_are_applied_to_the_data(tmp_path):
    folder = Folder(tmp_path)
    some = dict(list(migration_hashes().items())[1:])
    folder.remember(migrations=some, is_complete=True)
    assert choose(folder) == ["--migrate-only"]


def test_a_changed_migration_begins_anew(tmp_path):
    folder = Folder(tmp_path)
    changed = dict.fromkeys(migration_hashes(), "0")
    folder.remember(migrations=changed, is_complete=True)
    assert choose(folder) == ["--days", "90"]
    assert folder.memory == {}


def test_a_seed_that_was_cut_short_begins_anew(tmp_path):
    folder = Folder(tmp_path)
    folder.remember(people=[])
    assert choose(folder) == ["--days", "90"]
    assert folder.memory == {}
