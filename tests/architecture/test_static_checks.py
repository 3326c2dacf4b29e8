import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
BIN = Path(sys.executable).parent
pytestmark = pytest.mark.architecture
CHECKS = {
    "ruff": ["ruff", "check", "-q", "."],
    "format": ["ruff", "format", "--check", "-q", "."],
    "imports": ["lint-imports", "--no-logo"],
    "types": ["mypy"],
    "dependencies": ["deptry", "."],
    "templates": ["djlint", "templates", "--check", "--lint", "--quiet"],
    "migrations": ["python", "manage.py", "makemigrations", "--check", "--dry-run"],
}


@pytest.mark.parametrize("name", CHECKS)
def test_static_check(name):
    program, *rest = CHECKS[name]
    result = subprocess.run(
        [BIN / program, *rest],
        cwd=ROOT,
        env=os.environ,
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.returncode == 0, result.stdout + result.stderr
