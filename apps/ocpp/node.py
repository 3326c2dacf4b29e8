"""Our uvicorn: the station node. Same application, same rules as `server.py`."""

import asyncio
import logging
import time
from typing import Any

import uvicorn
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol

from apps.ocpp.drain import drain_door
from apps.ocpp.framing import MOST_BYTES

log = logging.getLogger(__name__)
PIECE = 2048  # bytes; compressed ones may become a thousand times as many
ENOUGH = 8  # messages that wait for the application


class StationNodeProtocol(WebSocketsSansIOProtocol):
    """Tells the consumer how much waits, and when the peer was last heard.

    Takes bytes in by pieces, and no more of them than the application keeps up with: one read of
    compressed messages would otherwise become a hundred megabytes before anybody is answered.
    """

    heard_at = 0.0
    unread = b""

    def handle_connect(self, event: Any) -> None:
        """Put what the door may ask into the scope."""
        super().handle_connect(event)
        scope: dict[str, Any] | None = getattr(self, "scope", None)  # none: no valid upgrade
        if scope is not None:
            scope["laadboek.backlog"] = self.queue.qsize
            scope["laadboek.ping"] = self.ping
            scope["laadboek.heard"] = lambda: self.heard_at

    def data_received(self, data: bytes) -> None:
        """Note that the peer lives; take in what the application has room for."""
        self.heard_at = time.monotonic()
        self.unread += data
        self._take_in()

    async def receive(self) -> Any:
        """Return the next event; read on once all that was read is taken in."""
        self._take_in()
        event = await super().receive()
        if self.unread and not self.read_paused and not self.disconnected:
            self.read_paused = True
            self.transport.pause_reading()
        return event

    def _take_in(self) -> None:
        while self.unread and self.queue.qsize() < ENOUGH:
            piece, self.unread = self.unread[:PIECE], self.unread[PIECE:]
            super().data_received(piece)

    def ping(self) -> None:
        """Ask the peer for a sign of life."""
        if not self.close_sent and not self.transport.is_closing():
            self.conn.send_ping(b"laadboek")
            self.transport.write(b"".join(self.conn.data_to_send()))

    def keepalive_timeout(self) -> None:
        """Close a peer that is silent; one that sends but does not pong lives."""
        if time.monotonic() - self.heard_at < (self.ping_timeout or 0):
            self.pong_timer = self.pending_ping_payload = None
            self.schedule_ping()
            return
        super().keepalive_timeout()


class StationNode(uvicorn.Server):
    """Uvicorn that drains its stations before it stops."""

    async def shutdown(self, sockets: list[Any] | None = None) -> None:
        """Stop listening, let each station finish its message, close."""
        for server in self.servers:
            server.close()
        await drain_door()
        await asyncio.sleep(0.2)
        await super().shutdown(sockets)


def make_node(application: Any, *, host: str, port: int, ping_s: int, pong_s: int) -> StationNode:
    """Return a server for stations only."""
    return StationNode(
        uvicorn.Config(
            application,
            host=host,
            port=port,
            ws=StationNodeProtocol,
            loop="uvloop",
            lifespan="off",
            log_config=None,
            access_log=False,
            ws_max_size=MOST_BYTES,
            ws_ping_interval=ping_s,
            ws_ping_timeout=pong_s,
            timeout_graceful_shutdown=5,
            server_header=False,
        )
    )
