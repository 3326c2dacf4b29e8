"""The bench itself: it measures, and the order of what it measures is as it should be."""

import json
import subprocess
import sys

import pytest

from tests.services import ROOT

pytestmark = pytest.mark.bench
SHORT = ("--seconds", "2", "--rounds", "1", "--stations", "40", "--tenants", "2")


def bench(*options):
    return subprocess.run(
        [sys.executable, "manage.py", "bench", "ingest", *options],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )


def test_one_run_measures_both_doors_and_every_yardstick():
    told = bench("--json", *SHORT)
    assert told.returncode == 0, told.stderr
    found = json.loads(told.stdout)
    print(json.dumps(found["ratios"], indent=2))
    assert found["errors"] == 0
    assert set(found["messages_per_s"]) == {
        "library without database",
        "node",
        "daphne",
        "node without database",
        "daphne without database",
        "naive ORM",
    }
    assert found["ratios"]["node / naive ORM"] > 3
    assert found["ratios"]["node / node without database"] < 1.5
    assert found["steady"]["p50_ms"]["node"] > 0
    assert max(found["generator_busy"].values()) < 0.9, "the generator was the limit"


def test_a_number_that_measures_nothing_is_refused():
    told = bench("--rounds", "0")
    assert told.returncode != 0
    assert "above zero" in told.stderr and "Traceback" not in told.stderr
