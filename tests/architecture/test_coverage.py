"""Money, energy and evidence arithmetic is covered to the last branch by the unit tests alone."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PURE = ("pricing", "grading", "states", "calculation", "chain", "commitments", "samples", "parts")
FOLDERS = ("schemes", "elements", "signed")
pytestmark = [pytest.mark.architecture, pytest.mark.slow]


def pure_modules() -> list[str]:
    found = [p for name in PURE for p in ROOT.glob(f"apps/*/{name}.py")]
    found += [p for name in FOLDERS for p in ROOT.glob(f"apps/*/{name}/*.py")]
    return sorted(str(path.relative_to(ROOT)) for path in found)


def test_pure_arithmetic_has_no_branch_untried(tmp_path):
    report = tmp_path / "coverage.json"
    env = {**os.environ, "COVERAGE_FILE": str(tmp_path / "data")}
    env.pop("PYTEST_XDIST_WORKER", None)
    options = ["-q", "-p", "no:randomly", "-p", "no:cacheprovider", "-p", "no:xdist"]
    options += ["-o", "addopts=-p tests.services --import-mode=importlib"]
    options += ["--cov=apps", "--cov-branch", f"--cov-report=json:{report}", "tests/unit"]
    result = subprocess.run(
        [sys.executable, "-m", "pytest", *options],
        cwd=ROOT,
        env=env,
        capture_output=True,
        text=True,
        timeout=900,
        check=False,
    )
    assert result.returncode == 0, result.stdout[-3000:] + result.stderr[-2000:]
    files = json.loads(report.read_text())["files"]
    gaps: dict[str, object] = {}
    for name in pure_modules():
        found = files.get(name)
        if found is None:
            gaps[name] = "never imported by a unit test"
        elif found["missing_lines"] or found["missing_branches"]:
            gaps[name] = (found["missing_lines"], found["missing_branches"])
    assert gaps == {}
