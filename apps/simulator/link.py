"""One websocket of a station: one open CALL of ours, the other side's CALLs answered at once."""

import asyncio
import base64
import contextlib
from collections.abc import Callable
from typing import Any
from urllib.parse import quote

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidHandshake, InvalidStatus, InvalidURI
from websockets.typing import Subprotocol

from apps.simulator.answers import Reply
from apps.simulator.wire import dump, parse

SUBPROTOCOL = Subprotocol("ocpp1.6")
Serve = Callable[[str, Any], Reply]


class LostError(Exception):
    """No answer: the connection is gone, or the time is up."""


class RefusedError(Exception):
    """The backoffice refused the connection for a reason that waiting does not mend."""


class CallError(Exception):
    """The backoffice answered with CALLERROR."""


def station_url(base: str, identity: str) -> str:
    """Return the address of a station below a base such as `ws://localhost:8000/ocpp`."""
    return f"{base.rstrip('/')}/{quote(identity, safe='')}"


def basic(identity: str, key: str) -> str:
    """Return the value of the Authorization header."""
    return "Basic " + base64.b64encode(f"{identity}:{key}".encode()).decode()


class Link:
    """An open connection; `serve` answers what the backoffice asks."""

    def __init__(
        self, socket: ClientConnection, serve: Serve, acted: Callable[[Reply], None]
    ) -> None:
        self._socket, self._serve, self._acted = socket, serve, acted
        self._open: tuple[str, asyncio.Future[dict[str, Any]]] | None = None
        self._reader = asyncio.create_task(self._read())

    @classmethod
    async def open(
        cls, url: str, *, authorization: str, serve: Serve, acted: Callable[[Reply], None]
    ) -> "Link":
        """Connect.

        :raises RefusedError: the handshake was answered 401, 404 or without the subprotocol.
        :raises LostError: nobody answers, or not now.
        """
        try:
            socket = await connect(
                url,
                additional_headers={"Authorization": authorization} if authorization else {},
                subprotocols=[SUBPROTOCOL],
                compression=None,
                open_timeout=10,
                close_timeout=2,
                ping_interval=30,
                proxy=None,
            )
        except InvalidStatus as error:
            code = error.response.status_code
            refused = RefusedError(f"the backoffice answered {code}: {_MEANING.get(code, '')}")
            raise (refused if code in _MEANING else LostError(str(code))) from error
        except InvalidURI as error:
            raise RefusedError(
                f"{url} is no websocket address: write ws://host:port/ocpp"
            ) from error
        except (OSError, InvalidHandshake, TimeoutError, EOFError, ConnectionClosed) as error:
            raise LostError(repr(error)) from error
        if socket.subprotocol != SUBPROTOCOL:
            await socket.close(1002)
            raise RefusedError(f"the backoffice does not speak {SUBPROTOCOL} at {url}")
        return cls(socket, serve, acted)

    async def call(self, message_id: str, frame: str, *, seconds: float) -> dict[str, Any]:
        """Send a CALL and wait for its answer.

        :raises LostError: the connection went, or nothing came in time.
        :raises CallError: the answer is an error.
        """
        future: asyncio.Future[dict[str, Any]] = asyncio.get_running_loop().create_future()
        self._open = (message_id, future)
        try:
            await self._socket.send(frame)
            return await asyncio.wait_for(future, seconds)
        except (ConnectionClosed, TimeoutError) as error:
            raise LostError(repr(error)) from error
        finally:
            self._open = None

    async def closed(self) -> None:
        """Wait until the connection has ended."""
        await asyncio.wait([self._reader])

    async def close(self) -> None:
        """Close."""
        with contextlib.suppress(ConnectionClosed, OSError):
            await self._socket.close()
        await self.closed()

    async def _read(self) -> None:
        try:
            async for text in self._socket:
                await self._take(parse(text))
        except ConnectionClosed:
            pass
        finally:
            if self._open is not None and not self._open[1].done():
                self._open[1].set_exception(LostError("the connection was closed"))

    async def _take(self, frame: list[Any] | None) -> None:
        if frame is None:
            return
        if frame[0] == 2 and len(frame) >= 4:
            await self._answer(frame[1], str(frame[2]), frame[3])
        elif self._open is not None and self._open[0] == frame[1] and not self._open[1].done():
            if frame[0] == 3 and isinstance(frame[2], dict):
                self._open[1].set_result(frame[2])
            elif frame[0] == 4:
                self._open[1].set_exception(CallError(str(frame[2:4])))

    async def _answer(self, message_id: str, action: str, payload: Any) -> None:
        reply = self._serve(action, payload)
        frame = (
            [4, message_id, reply.error, "", {}] if reply.error else [3, message_id, reply.payload]
        )
        await self._socket.send(dump(frame))
        self._acted(reply)


_MEANING = {
    401: "the key is wrong; make the station anew or take the key that create_station printed",
    403: "this station may not connect",
    404: "no station of that identity; make it with create_station",
}
