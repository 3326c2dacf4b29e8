"""What the environment says wrongly becomes a system check with an id and a hint."""

import os
import subprocess
import sys

import pytest

from tests.services import ROOT

GOOD = {
    "SECRET_KEY": "x" * 40,
    "STATION_KEY_PEPPER": "y" * 40,
    "TOKEN_PEPPER": "z" * 40,
    "DATABASE_URL": "postgres://laadboek_runtime:secret@db.example:5432/laadboek",
    "REDIS_URL": "redis://redis.example:6379/0",
}


def check(**changes):
    keep = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    env = {**keep, **GOOD, **changes, "DJANGO_SETTINGS_MODULE": "config.settings.prod"}
    env = {name: value for name, value in env.items() if value is not None}
    result = subprocess.run(
        [sys.executable, "-W", "ignore", "manage.py", "check"],
        cwd=ROOT,
        env=env,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    return result.returncode, result.stdout + result.stderr


def test_a_complete_environment_passes():
    code, said = check()
    assert code == 0, said


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"SECRET_KEY": None}, ["SECRET_KEY is not set", "laadboek.E", "HINT"]),
        ({"TOKEN_PEPPER": "short"}, ["TOKEN_PEPPER is shorter than 16", "HINT"]),
        ({"DATABASE_URL": None}, ["DATABASE_URL is not set", "HINT"]),
        ({"DATABASE_URL": "mysql://x"}, ["DATABASE_URL is no PostgreSQL URL", "postgres://"]),
        ({"REDIS_URL": None}, ["REDIS_URL is not set"]),
        ({"DEBUG": "yes"}, ["DEBUG is 'yes'", "Say true or false"]),
        ({"VISIBILITY_TIMEOUT": "soon"}, ["VISIBILITY_TIMEOUT is 'soon'", "whole number"]),
        ({"SECRET_KEY_FILE": "/nowhere"}, ["SECRET_KEY_FILE cannot be read"]),
    ],
)
def test_a_wrong_setting_names_itself_and_the_remedy(changes, expected):
    code, said = check(**changes)
    assert code != 0
    for part in expected:
        assert part in said


def test_all_problems_are_told_at_once():
    _, said = check(SECRET_KEY=None, REDIS_URL=None)
    assert "SECRET_KEY is not set" in said
    assert "REDIS_URL is not set" in said
