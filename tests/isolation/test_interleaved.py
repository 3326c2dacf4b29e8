"""Interleaved work of many tenants: no row is seen or left in the wrong one."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.services import clone, drop, urls_of

pytestmark = [pytest.mark.isolation, pytest.mark.slow]
ROOT = Path(__file__).resolve().parents[2]


def interleave(count, *, seed, fail_one_in=0):
    name = f"interleaved_{os.getpid()}"
    clone(name)
    try:
        env = {
            **os.environ,
            **urls_of(name),
            "DJANGO_SETTINGS_MODULE": "config.settings.test",
        }
        done = subprocess.run(
            [
                sys.executable,
                "-m",
                "tests.isolation.interleaved",
                *map(str, (count, seed, fail_one_in)),
            ],
            cwd=ROOT,
            env=env,
            capture_output=True,
            text=True,
            timeout=900,
            check=False,
        )
    finally:
        drop(name)
    assert done.returncode == 0, done.stderr[-3000:]
    return json.loads(done.stdout.splitlines()[-1])


def is_right(told, count):
    assert told.get("wrong", 0) == 0, told
    assert told["foreign_rows"] == 0, told
    assert told["undone_rows"] == 0, told
    # a caller that left may have been too late to stop its work
    assert told["kept"] <= told["kept_rows"] <= told["kept"] + told["cancelled"], told
    for what, share in (
        ("cancelled", 0.02),
        ("raised", 0.02),
        ("rolled_back", 0.08),
        ("kept", 0.1),
    ):
        assert told[what] > share * count, told


def test_twenty_thousand_interleaved_operations_stay_in_their_tenant():
    is_right(interleave(20_000, seed=1), 20_000)


def test_a_search_path_that_cannot_be_set_refuses_instead_of_reading_another_tenant():
    told = interleave(4_000, seed=2, fail_one_in=100)
    is_right(told, 4_000)
    assert told["refused"] > 5, told


@pytest.mark.chaos
def test_a_hundred_thousand_interleaved_operations_stay_in_their_tenant():
    is_right(interleave(100_000, seed=3, fail_one_in=1000), 100_000)
