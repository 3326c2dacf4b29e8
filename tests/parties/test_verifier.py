"""Whatever is changed in a chain is found, by a program that shares no code with the product."""

import ast
import copy
import random
import sys
from pathlib import Path

import pytest
from django.db import connection

from apps.cdrs.models import IssuedCdr
from apps.core import binding
from apps.stations.models import JournalRow, JournalSecret, Station
from apps.tenants.bridge import run_in_tenant
from tests.parties import verifier
from tests.parties.exporting import export
from tests.parties.house import HERS, HIS, T0, open_journal, settle

SEED = 20261126
BEAT = b'[2,"b","Heartbeat",{}]'


def ask(text):
    with binding.bound("alfa"), connection.cursor() as cursor:
        cursor.execute(text)
        return cursor.fetchall()


def follow(house):
    """Open the connection after the one there is."""
    station = Station.objects.get(pk=house.station_id)
    return open_journal(station, "alfa", house.identity, before=house.journal.last)


@pytest.fixture
def chain(house):
    """Two sessions of two people among heartbeats, one in each of two connections."""
    for token in (HIS, HERS):
        if token == HERS:
            house.journal = run_in_tenant("alfa", follow, house)
        run_in_tenant("alfa", house.journal.append, BEAT, T0)
        house.charge(token)
    settle()
    return export(ask, "alfa", house.identity)


@pytest.fixture
def frames(chain):
    """The frames that the records carry."""
    with binding.bound("alfa"):
        bodies = [row.body for row in IssuedCdr.objects.order_by("pk")]
    return [frame for body in bodies for frame in body["frames"].values()]


def test_the_verifier_stands_alone():
    tree = ast.parse(Path(verifier.__file__).read_text())
    names = {
        name.split(".")[0]
        for node in ast.walk(tree)
        for name in (
            [alias.name for alias in node.names]
            if isinstance(node, ast.Import)
            else [node.module or ""]
            if isinstance(node, ast.ImportFrom)
            else []
        )
    }
    assert names <= set(sys.stdlib_module_names)


def test_a_chain_and_the_frames_of_its_records_verify(chain, frames):
    assert verifier.verify(chain) == []
    assert len(frames) == 4
    assert [verifier.frame_fault(chain, frame) for frame in frames] == [""] * 4


def fields(value, path=()):
    """Every figure and text of an export, by its path."""
    if isinstance(value, dict):
        return [hit for key, inner in value.items() for hit in fields(inner, (*path, key))]
    if isinstance(value, list):
        return [hit for n, inner in enumerate(value) for hit in fields(inner, (*path, n))]
    return [path]


def changed(document, path, rng):
    """Change one byte of one field."""
    copied = copy.deepcopy(document)
    *way, last = path
    place = copied
    for step in way:
        place = place[step]
    value = place[last]
    if isinstance(value, int):
        place[last] = value + rng.choice([-1, 1, 256])
        return copied
    at = rng.randrange(len(value))
    new = rng.choice([c for c in "0123456789abcdefxyz" if c != value[at]])
    if set(value) <= set("0123456789abcdef"):
        new = rng.choice([c for c in "0123456789abcdef" if c != value[at]])
    place[last] = value[:at] + new + value[at + 1 :]
    return copied


def test_a_thousand_changes_of_one_byte_over_every_field_are_all_found(chain, frames):
    rng = random.Random(SEED)  # noqa: S311
    paths = fields(chain)
    unseen = [
        path
        for path in (paths * (1000 // len(paths) + 1))
        if verifier.verify(changed(chain, path, rng)) == []
    ]
    assert unseen == []
    for frame in frames:
        for path in fields(frame) * 20:
            assert verifier.frame_fault(chain, changed(frame, path, rng)) == "frame", path


@pytest.mark.parametrize(("connection", "number"), [(c, n) for c in (0, 1) for n in range(3)])
def test_a_dropped_row_is_found_except_at_the_open_end(chain, connection, number):
    rows = chain["connections"][connection]["rows"]
    assert len(rows) == 3
    del rows[number]
    is_open_end = (connection, number) == (1, 2)  # what the format says of it
    assert (verifier.verify(chain) == []) is is_open_end


def test_swapped_connections_are_found(chain):
    chain["connections"].reverse()
    assert verifier.verify(chain) != []


@pytest.mark.parametrize("number", range(2))
def test_swapped_rows_are_found(chain, number):
    rows = chain["connections"][0]["rows"]
    rows[number], rows[number + 1] = rows[number + 1], rows[number]
    assert verifier.verify(chain) != []


def test_a_record_of_another_chain_is_no_proof_here(chain, frames):
    for frame in frames:
        assert verifier.frame_fault({**chain, "connections": []}, frame) == "frame"


def test_leaves_alone_and_the_frames_of_the_records_are_a_proof(chain, frames):
    for row in [row for each in chain["connections"] for row in each["rows"]]:
        del row["payload"]
        row["leaf"] = leaf_of(row["hash"])
    assert verifier.verify(chain) == []
    assert [verifier.frame_fault(chain, frame) for frame in frames] == [""] * 4
    rng = random.Random(SEED)  # noqa: S311
    for frame in frames:
        assert verifier.frame_fault(chain, changed(frame, ("payload",), rng)) == "frame"


def leaf_of(row_hash):
    with binding.bound("alfa"):
        return bytes(JournalRow.objects.get(row_hash=bytes.fromhex(row_hash)).leaf).hex()


def test_a_run_may_be_told_by_a_tombstone_whose_hash_the_next_row_follows(chain):
    rows = chain["connections"][0]["rows"]
    stone = {"seq": 1, "to": 2, "prev": rows[0]["prev"], "hash": rows[1]["hash"], "root": ""}
    chain["connections"][0]["rows"] = [stone, rows[2]]
    assert verifier.verify(chain) == []
    stone["hash"] = rows[0]["hash"]
    assert verifier.verify(chain) != []


def test_a_card_is_revealed_by_its_own_secret_only(chain):
    payload = chain["connections"][0]["rows"][1]["payload"]
    assert HIS not in payload
    with binding.bound("alfa"):
        pairs = [(bytes(s.salt), bytes(s.value)) for s in JournalSecret.objects.all()]
    assert f'"idTag":"{HIS}"' in verifier.reveal(payload, pairs)
    assert verifier.reveal(payload, []) == payload  # erased: the person is gone, the proof is not
    assert verifier.reveal(payload, [(b"x" * 16, value) for _, value in pairs]) == payload
