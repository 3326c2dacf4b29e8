"""Old frames are dropped by the owner; documents and the chain keep what they rest on."""

import json
import subprocess
import sys

import pytest

from tests.commands import product
from tests.parties import verifier
from tests.parties.exporting import export
from tests.services import ROOT

pytestmark = pytest.mark.slow


def run(shop, *module):
    """Run a module of the tests on the shop's database; returns what it printed."""
    told = subprocess.run(
        [sys.executable, "-m", *module],
        cwd=ROOT,
        env=shop.env,
        capture_output=True,
        text=True,
        timeout=90,
        check=False,
    )
    assert told.returncode == 0, told.stdout + told.stderr
    return told.stdout


@pytest.fixture
def shop():
    with product("retention") as made:
        run(made, "tests.parties.story")
        yield made


def test_why_this_amount_still_works_after_old_frames_are_gone(shop):
    before = {schema: run(shop, "tests.parties.why", schema) for schema in ("beta", "gamma")}
    shop.json("drop_old_frames", "--tenant", "alfa", "--days", "30")
    assert shop.sql("SELECT count(*) FROM alfa.stations_journalpayload")[0][0] == 6
    for schema, told in before.items():
        assert run(shop, "tests.parties.why", schema) == told
        why = json.loads(told)
        assert why["frames"] == [
            ["begin", "StartTransaction", True],
            ["end", "StopTransaction", True],
        ]


def test_dropping_frames_leaves_the_chain_and_every_document(shop):
    before = export(shop.sql, "alfa", "HOME1")
    assert verifier.verify(before) == []
    [done] = shop.json("drop_old_frames", "--tenant", "alfa", "--days", "30")
    assert (done["frames"], done["secrets"], done["kept"]) == (40, 20, 4)

    after = export(shop.sql, "alfa", "HOME1")
    assert verifier.verify(after) == []
    rows = after["connections"][0]["rows"]
    assert sum("leaf" in row for row in rows) == 40
    assert [row["hash"] for row in rows] == [
        row["hash"] for row in before["connections"][0]["rows"]
    ]
    kept = [row["payload"] for row in rows if "payload" in row]
    assert all("Transaction" in payload for payload in kept)
    assert len(kept) == 6  # two sessions of October, and one that is too young to look at

    for schema, lines in (("beta", 1), ("gamma", 1)):
        bodies = shop.sql(f"SELECT body FROM {schema}.cdrs_receivedcdr ORDER BY id")
        settled = shop.sql(f"SELECT count(*) FROM {schema}.reimbursement_statementline")
        assert settled[0][0] == lines
        for (body,) in bodies:
            for frame in body["frames"].values():
                assert verifier.frame_fault(after, frame) == ""

    [again] = shop.json("drop_old_frames", "--tenant", "alfa")
    assert (again["frames"], again["secrets"]) == (0, 0)
    entries = shop.sql(
        "SELECT after FROM alfa.audit_auditentry WHERE action = 'stations.frames.dropped'"
    )
    assert entries[0][0]["frames"] == 40


def test_so_few_days_that_corrections_would_suffer_are_refused(shop):
    assert "--days: " in shop.refused("drop_old_frames", "--days", "3")
    assert "--tenant: " in shop.refused("drop_old_frames", "--tenant", "nope")
    assert shop.sql("SELECT count(*) FROM alfa.stations_journalpayload")[0][0] == 46
