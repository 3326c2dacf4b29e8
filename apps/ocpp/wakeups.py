"""NOTIFY from other processes: a newer socket was accepted, a command waits."""

import asyncio
import logging
from collections.abc import Awaitable, Callable

import psycopg
from psycopg import sql

log = logging.getLogger(__name__)
RETRY_S = 1.0
OnNote = Callable[[str, int, int], None]


async def listen(
    conninfo: str, handlers: dict[str, OnNote], catch_up: Callable[[], Awaitable[None]]
) -> None:
    """Listen for ever on each channel; after each new connection look for what was missed."""
    while True:
        try:
            await _listen_once(conninfo, handlers, catch_up)
        except (psycopg.Error, OSError) as error:
            log.warning("the wake-up connection was lost: %s", type(error).__name__)
        except Exception as error:  # noqa: BLE001 - without wake-ups no command is ever sent
            log.error("wake-ups failed: %s", type(error).__name__)  # noqa: TRY400 - no values in logs
        await asyncio.sleep(RETRY_S)


async def _listen_once(
    conninfo: str, handlers: dict[str, OnNote], catch_up: Callable[[], Awaitable[None]]
) -> None:
    conn = await psycopg.AsyncConnection.connect(
        conninfo, autocommit=True, options="-c search_path=", connect_timeout=5
    )
    async with conn:
        for channel in handlers:
            await conn.execute(sql.SQL("LISTEN {}").format(sql.Identifier(channel)))
        await catch_up()
        async for note in conn.notifies():
            schema, station, number = note.payload.split(":")
            handlers[note.channel](schema, int(station), int(number))
