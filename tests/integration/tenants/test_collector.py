"""Group commit: everybody hears, a poison row harms itself only, a dead connection is replaced."""

import asyncio
from decimal import Decimal
from itertools import count

import psycopg
import pytest
from asgiref.sync import async_to_sync
from django.db import transaction
from django.db.utils import DataError

from apps.core import clock
from apps.metering.operations import ReadingsRow
from apps.metering.samples import Sample
from apps.ocpp.door import conninfo
from apps.stations.operations.collected import StatusRow
from apps.tenants import collector as collectors
from apps.tenants.collector import (
    Collector,
    RowRefusedError,
    builder,
    collected,
    int8s,
    known_builders,
    qualified,
    texts,
)
from tests.commands import product

_number = count(1)


@collected("test.note")
def note(*, schema, rows):
    """Write to the audit trail, a ledger of every schema."""
    return qualified(
        "INSERT INTO {schema}.audit_auditentry (action, subject) "
        "SELECT x.action, x.subject FROM unnest(%b::text[], %b::text[]) AS x(action, subject)",
        schema,
    ), [texts(row[0] for row in rows), texts(row[1] for row in rows)]


@pytest.fixture(scope="module")
def database():
    """A database that commits."""
    with product("collector") as made:
        yield made


@pytest.fixture
def info(database):
    return database.env["DATABASE_URL"]


def stored(database, schema="alfa"):
    rows = database.sql(f"SELECT action FROM {schema}.audit_auditentry WHERE action LIKE 'test%%'")
    return sorted(row[0] for row in rows)


def new_name():
    return f"test.{next(_number):04}"


def run(info, scenario):
    """Run a scenario with a collector that is stopped at the end."""

    async def inside():
        collector = Collector(info)
        collector.start()
        try:
            return await asyncio.wait_for(scenario(collector), 30)
        finally:
            await collector.stop()

    return async_to_sync(inside)()


def test_many_rows_of_many_tenants_are_one_commit(database, info):
    names = [new_name() for _ in range(40)]

    async def scenario(collector):
        await asyncio.gather(
            *(
                collector.submit_all(schema, [("test.note", (name, "x"))])
                for name in names
                for schema in ("alfa", "beta")
            )
        )
        return collector.batches, collector.messages

    batches, messages = run(info, scenario)
    assert messages == 80 and batches <= 3
    for schema in ("alfa", "beta"):
        assert set(names) <= set(stored(database, schema))


def test_an_unknown_statement_is_refused_at_once(info):
    async def scenario(collector):
        with pytest.raises(LookupError):
            await collector.submit_all("alfa", [("test.nothing", ())])

    run(info, scenario)


@pytest.mark.parametrize(
    ("schema", "row"),
    [
        ("alfa", ("x" * 100, "too long")),
        ("nowhere", ("test", "no such schema")),
        ("alfa", (5, "no text")),
        ("alfa", ("nul \x00", "refused")),
        ("alfa", ("\ud800", "no UTF-8")),
        ("alfa", ("one",)),
    ],
)
def test_a_poison_row_harms_itself_only(database, info, schema, row):
    names = [new_name() for _ in range(9)]

    async def scenario(collector):
        good = [collector.submit_all("alfa", [("test.note", (name, "x"))]) for name in names]
        bad = collector.submit_all(schema, [("test.note", row)])
        return await asyncio.gather(*good[:4], bad, *good[4:], return_exceptions=True)

    results = run(info, scenario)
    assert [type(r) for r in results if r is not None] == [RowRefusedError]
    assert set(names) <= set(stored(database))


def test_the_parts_of_a_message_share_one_fate(database, info):
    name = new_name()

    async def scenario(collector):
        with pytest.raises(RowRefusedError):
            await collector.submit_all(
                "alfa", [("test.note", (name, "x")), ("test.note", ("x" * 100, "poison"))]
            )

    run(info, scenario)
    assert name not in stored(database)


def test_a_foreign_key_that_points_nowhere_is_refused(info):
    sample = Sample(1, "", clock.now(), "m", "c", "", "l", "u", Decimal(5))
    row = ReadingsRow(99_999, 1, [sample])

    async def scenario(collector):
        with pytest.raises(RowRefusedError):
            await collector.submit_all("alfa", [("metering.readings", row)])
        await collector.submit_all("alfa", [("stations.status", StatusRow(9, 1, 1, *"abcde"))])

    run(info, scenario)


def test_a_killed_connection_answers_everybody_and_is_replaced(database, info):
    names = [new_name() for _ in range(3)]

    async def scenario(collector):
        await collector.submit_all("alfa", [("test.note", (names[0], "x"))])
        database.sql(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
            f"WHERE datname = '{database.name}' AND pid <> pg_backend_pid()"
        )
        results = await asyncio.gather(
            *(collector.submit_all("alfa", [("test.note", (n, "x"))]) for n in names[1:]),
            return_exceptions=True,
        )
        assert [type(r) for r in results] == [ConnectionError] * 2
        await collector.submit_all("alfa", [("test.note", (names[2], "x"))])

    run(info, scenario)
    assert {names[0], names[2]} <= set(stored(database))


def test_a_database_that_cannot_be_reached_fails_each_one_and_the_writer_lives():
    async def scenario(collector):
        for _ in range(2):
            with pytest.raises(ConnectionError):
                await collector.submit_all("alfa", [("test.note", ("x", "x"))])

    run("host=127.0.0.1 port=1 dbname=x connect_timeout=1", scenario)


def test_a_deadlock_is_tried_again(database, info, monkeypatch):
    name, tries = new_name(), count(1)
    commit = Collector._commit

    async def sometimes(conn, batch):
        if next(tries) == 1:
            raise psycopg.errors.DeadlockDetected
        await commit(conn, batch)

    monkeypatch.setattr(Collector, "_commit", staticmethod(sometimes))

    async def scenario(collector):
        await collector.submit_all("alfa", [("test.note", (name, "x"))])

    run(info, scenario)
    assert name in stored(database)


def test_commits_are_durable(info):
    async def scenario(_):
        conn = await Collector(info)._connect()
        async with conn:
            cursor = await conn.execute("SHOW synchronous_commit")
            assert await cursor.fetchone() == ("on",)

    run(info, scenario)


def test_every_collected_write_names_its_schema():
    assert {"stations.journal", "metering.readings", "stations.status"} <= set(known_builders())
    assert qualified("SELECT 1 FROM {schema}.t", 'a"b') == b'SELECT 1 FROM "a""b".t'


def test_ready_arrays_are_what_postgresql_reads(database):
    with database.connect() as conn:
        cursor = psycopg.Cursor(conn)
        cursor.execute(
            b"SELECT %b::bigint[], %b::text[], %b::bytea[]",
            [int8s([1, -(2**62)]), texts(["", "é"]), collectors.byteas([b"", b"\x00\xff"])],
        )
        assert cursor.fetchone() == ([1, -(2**62)], ["", "é"], [b"", b"\x00\xff"])
    assert builder("test.note") is note
    assert "dbname=" in conninfo()


def test_errors_of_a_plain_cursor_are_django_s(alfa):
    """The server tells a lost connection from a refused row by them."""
    with (
        pytest.raises(DataError),
        transaction.atomic(),
        collectors.plain_cursor() as cursor,
    ):
        cursor.execute("SELECT 1 / 0")
