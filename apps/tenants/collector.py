"""Group commit: one transaction for the waiting writes of every station and tenant of a process.

A *collected* write is a pure builder in a room's operations: rows in, one set-based statement out,
schema-qualified (the collector's connection has an empty search_path, so an unqualified name is
an error). There is no timer: while one batch commits, the next one collects.
"""

import asyncio
import contextlib
import logging
import struct
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import lru_cache
from typing import Any, NamedTuple, Protocol

import psycopg
from django.db import connection
from psycopg import sql
from psycopg.adapt import Dumper
from psycopg.pq import Format

log = logging.getLogger(__name__)

Statement = tuple[bytes, Sequence[Any]]
Builder = Callable[..., Statement]
Part = tuple[str, Any]  # the name of a collected write, one row for it
_builders: dict[str, Builder] = {}
_RETRIES = 2
_AGAIN = (psycopg.errors.DeadlockDetected, psycopg.errors.SerializationFailure)


class RowRefusedError(Exception):
    """These rows alone broke their statement; the rest of the batch was stored."""


class Writes(Protocol):
    """What a door needs of a collector."""

    async def submit_all(self, schema: str, parts: Sequence[Part]) -> None:
        """Store the parts of one message together; returns after the commit."""


def collected(name: str) -> Callable[[Builder], Builder]:
    """Register a pure builder: called with `schema` and `rows`, it returns one statement."""

    def register(fn: Builder) -> Builder:
        _builders[name] = fn
        return fn

    return register


def builder(name: str) -> Builder:
    """Return a registered builder.

    :raises LookupError: nothing is registered under the name.
    """
    try:
        return _builders[name]
    except KeyError:
        raise LookupError(f"no collected statement is registered as {name}") from None


def known_builders() -> list[str]:
    """Return the names of every registered write."""
    return sorted(_builders)


@lru_cache(maxsize=4096)
def qualified(query: str, schema: str) -> bytes:
    """Put the quoted schema into `{schema}` of a statement's text; texts are kept."""
    return query.replace("{schema}", sql.Identifier(schema).as_string(None)).encode()


# ---- ready binary arrays: psycopg's own list dumping costs a quarter of the path ----------------
class Int8Array(bytes):
    """Bytes of a bigint[]."""


class TextArray(bytes):
    """Bytes of a text[]."""


class ByteaArray(bytes):
    """Bytes of a bytea[]."""


def _register(kind: type[bytes], array_oid: int) -> None:
    class Ready(Dumper):
        format = Format.BINARY
        oid = array_oid

        def dump(self, obj: bytes) -> bytes:
            return bytes(obj)

    psycopg.adapters.register_dumper(kind, Ready)


for _kind, _oid in ((Int8Array, 1016), (TextArray, 1009), (ByteaArray, 1001)):
    _register(_kind, _oid)

_HEADER = struct.Struct(">iiIii").pack
_LENGTH = struct.Struct(">i").pack


@lru_cache(maxsize=1024)
def _int8_packer(count: int) -> Callable[..., bytes]:
    return struct.Struct(">iiIii" + "iq" * count).pack


def int8s(values: Sequence[int]) -> Int8Array:
    """Encode whole numbers as a bigint[]."""
    count = len(values)
    flat = [part for value in values for part in (8, value)]
    return Int8Array(_int8_packer(count)(1, 0, 20, count, 1, *flat))


def _variable(oid: int, values: Sequence[bytes]) -> bytes:
    parts = [_HEADER(1, 0, oid, len(values), 1)]
    for value in values:
        parts += (_LENGTH(len(value)), value)
    return b"".join(parts)


def texts(values: Iterable[str]) -> TextArray:
    """Encode texts as a text[]."""
    return TextArray(_variable(25, [value.encode() for value in values]))


def byteas(values: Sequence[bytes]) -> ByteaArray:
    """Encode byte strings as a bytea[]."""
    return ByteaArray(_variable(17, values))


# ---- one statement per tenant and kind ---------------------------------------------------------
class _Item(NamedTuple):
    schema: str
    parts: Sequence[Part]
    done: "asyncio.Future[None]"


def statements_of(items: Iterable[tuple[str, Sequence[Part]]]) -> list[Statement]:
    """Group rows into statements; in a fixed order, so that two writers do not lock crosswise."""
    groups: dict[tuple[str, str], list[Any]] = {}
    for schema, parts in items:
        for name, row in parts:
            groups.setdefault((name, schema), []).append(row)
    return [
        builder(name)(schema=schema, rows=rows) for (name, schema), rows in sorted(groups.items())
    ]


@contextlib.contextmanager
def plain_cursor() -> Iterator[psycopg.Cursor[Any]]:
    """Open a cursor that takes ready binary arrays, on the bound connection.

    Its errors are Django's: whoever tells a lost connection from a refused row knows one kind.
    """
    with connection.cursor() as guarded:
        guarded.execute("SELECT 1")  # the guard looks at the binding before anything is written
        with connection.wrap_database_errors, psycopg.Cursor(connection.connection) as cursor:
            yield cursor


def write_here(schema: str, parts: Sequence[Part]) -> None:
    """Run collected writes in the caller's own transaction (tests, replayed history)."""
    with plain_cursor() as cursor:
        for text, values in statements_of([(schema, parts)]):
            cursor.execute(text, values)


class Collector:
    """Takes everything that is queued, commits once, then resolves the waiting acknowledgements."""

    def __init__(self, conninfo: str, *, most: int = 512, synchronous_commit: str = "on") -> None:
        self.conninfo, self.most = conninfo, most
        self.options = f"-c search_path= -c synchronous_commit={synchronous_commit}"
        self.queue: asyncio.Queue[_Item | None] = asyncio.Queue()
        self.task: asyncio.Task[None] | None = None
        self.batches = self.messages = 0

    def start(self) -> None:
        """Start the writer on the running loop."""
        self.task = asyncio.create_task(self._write_for_ever(), name="collector")

    async def submit_all(self, schema: str, parts: Sequence[Part]) -> None:
        """Store the parts of one message together; returns after the commit.

        :raises LookupError: a part names no registered write.
        :raises RowRefusedError: the database refused these rows.
        :raises ConnectionError: the database cannot be reached; nothing is known of the commit.
        """
        for name, _ in parts:
            builder(name)
        done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.queue.put_nowait(_Item(schema, parts, done))
        await done

    async def stop(self) -> None:
        """Finish what is queued."""
        if self.task is not None:
            self.queue.put_nowait(None)
            await asyncio.wait([self.task], timeout=10)

    async def _write_for_ever(self) -> None:
        conn: psycopg.AsyncConnection[Any] | None = None
        is_last = False
        while not is_last:
            batch, is_last = await self._take()
            try:
                if conn is None or conn.closed:
                    conn = await self._connect()
                await self._store(conn, batch)
            except Exception as error:  # noqa: BLE001 - a dead writer would leave every station unanswered
                log.warning(
                    "the collector lost a batch of %d: %s", len(batch), type(error).__name__
                )
                _fail(batch, ConnectionError(type(error).__name__))
                await _close(conn)
                conn = None
        await _close(conn)

    async def _take(self) -> tuple[list[_Item], bool]:
        found = [await self.queue.get()]
        while len(found) < self.most and not self.queue.empty():
            found.append(self.queue.get_nowait())
        return [item for item in found if item is not None], None in found

    async def _connect(self) -> psycopg.AsyncConnection[Any]:
        return await psycopg.AsyncConnection.connect(
            self.conninfo,
            autocommit=True,  # BEGIN and COMMIT travel in the pipeline
            options=self.options,
            connect_timeout=5,
            # A pipeline that a poison row aborts leaves prepared names behind that do not exist.
            prepare_threshold=None,
        )

    async def _store(self, conn: psycopg.AsyncConnection[Any], batch: list[_Item]) -> None:
        if not batch:
            return
        try:
            await self._commit_patiently(conn, batch)
        except (psycopg.OperationalError, OSError):
            raise
        except Exception as error:  # noqa: BLE001 - a poison row, or a builder that cannot take it
            await _reset(conn)
            await self._halve(conn, batch, error)
            return
        self.batches += 1
        self.messages += len(batch)
        for item in batch:
            if not item.done.done():
                item.done.set_result(None)

    async def _commit_patiently(
        self, conn: psycopg.AsyncConnection[Any], batch: list[_Item]
    ) -> None:
        for _ in range(_RETRIES):
            try:
                await self._commit(conn, batch)
            except _AGAIN:
                await _reset(conn)
            else:
                return
        await self._commit(conn, batch)

    async def _halve(
        self, conn: psycopg.AsyncConnection[Any], batch: list[_Item], error: Exception
    ) -> None:
        if len(batch) == 1:
            log.warning("the database refused rows: %s", type(error).__name__)
            _fail(batch, RowRefusedError(type(error).__name__))
            return
        middle = len(batch) // 2
        await self._store(conn, batch[:middle])
        await self._store(conn, batch[middle:])

    @staticmethod
    async def _commit(conn: psycopg.AsyncConnection[Any], batch: list[_Item]) -> None:
        statements = statements_of((item.schema, item.parts) for item in batch)
        async with conn.pipeline():
            await conn.execute(b"BEGIN")
            for text, values in statements:
                await conn.execute(text, values)
            await conn.execute(b"COMMIT")


def _fail(batch: Iterable[_Item], error: Exception) -> None:
    for item in batch:
        if not item.done.done():
            item.done.set_exception(error)


async def _reset(conn: psycopg.AsyncConnection[Any]) -> None:
    if conn.info.transaction_status != psycopg.pq.TransactionStatus.IDLE:
        await conn.execute(b"ROLLBACK")


async def _close(conn: psycopg.AsyncConnection[Any] | None) -> None:
    if conn is not None:
        with contextlib.suppress(Exception):
            await conn.close()
