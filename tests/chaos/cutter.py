"""A TCP proxy that cuts a connection at the moment an answer comes back: committed, never told."""

import asyncio

from apps.core.embedded import free_port

Pair = tuple[asyncio.StreamReader, asyncio.StreamWriter]


class Cutter:
    """Passes bytes on; armed, it swallows the next answer of a connection and closes it."""

    def __init__(self, target: int) -> None:
        self.target, self.port, self.cuts, self._armed = target, free_port(), 0, 0
        self._open: set[asyncio.Task[None]] = set()

    async def __aenter__(self) -> "Cutter":
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", self.port)
        return self

    async def __aexit__(self, *_error: object) -> None:
        self._server.close()
        for task in self._open:
            task.cancel()
        await asyncio.gather(*self._open, return_exceptions=True)

    def arm(self, count: int = 1) -> None:
        """Cut the next `count` answers."""
        self._armed += count

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._open.add(task)
        ends = [writer]
        try:
            upstream = await asyncio.open_connection("127.0.0.1", self.target)
            ends.append(upstream[1])
            await self._pass_both_ways((reader, writer), upstream)
        except (OSError, asyncio.CancelledError):
            pass
        finally:
            self._open.discard(task)
            for end in ends:
                end.transport.abort()

    async def _pass_both_ways(self, station: Pair, server: Pair) -> None:
        ways = [
            asyncio.create_task(_pass_on(station[0], server[1])),
            asyncio.create_task(self._answers(server[0], station[1])),
        ]
        try:
            await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for way in ways:
                way.cancel()

    async def _answers(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        is_open = False
        while data := await _read(reader):
            if is_open and self._armed and b"[3," in data:
                self._armed -= 1
                self.cuts += 1
                return
            is_open = True
            writer.write(data)


async def _read(reader: asyncio.StreamReader) -> bytes:
    try:
        return await reader.read(65536)
    except OSError:
        return b""


async def _pass_on(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    while data := await _read(reader):
        writer.write(data)
