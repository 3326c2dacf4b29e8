"""Our daphne: HTTP answers before the upgrade, close codes, back-pressure, drain on SIGTERM.

Import this inside a command, before anything else of twisted: daphne installs its reactor.
"""

import asyncio
import logging
import signal
import time
from http import HTTPStatus
from typing import Any

from daphne import server as daphne_server  # must come before any reactor import
from daphne.http_protocol import HTTPFactory, WebRequest
from daphne.ws_protocol import ConnectionDeny, WebSocketProtocol  # type: ignore[attr-defined]
from twisted.internet import reactor

from apps.core.refused import Refused
from apps.ocpp.drain import drain_door
from apps.ocpp.framing import MOST_BYTES

log = logging.getLogger(__name__)
HIGH, LOW = 16, 8
GOODBYE_S = 5  # a station on a slow line answers a close later than autobahn's one second


class StationProtocol(WebSocketProtocol):
    """Adds the websocket.http.response extension, close codes and a bounded inbound queue."""

    is_paused = False
    heard_at = 0.0

    def onConnect(self, request: Any) -> Any:
        if not request.headers.get("sec-websocket-protocol", "").isascii():
            raise ConnectionDeny(HTTPStatus.BAD_REQUEST.value, "subprotocols are ASCII")
        return super().onConnect(request)

    def handle_reply(self, message: dict[str, Any]) -> None:
        if message["type"] == "websocket.http.response.start":
            self._refuse(message["status"], message.get("headers", []))
        elif message["type"] != "websocket.http.response.body":
            super().handle_reply(message)

    def _refuse(self, status: int, headers: list[tuple[bytes, bytes]]) -> None:
        del self.handshake_deferred
        words = [(name.decode(), value.decode()) for name, value in headers]
        self.failHandshake(HTTPStatus(status).phrase, status, words)
        self.server.protocol_disconnected(self)

    def onMessage(self, payload: bytes, isBinary: bool) -> None:
        self.heard_at = time.monotonic()
        if self.state != self.STATE_OPEN:
            return  # nobody reads what follows our close
        super().onMessage(payload, isBinary)
        if not self.is_paused and self.application_queue.qsize() > HIGH:
            self.is_paused = True
            self.transport.pauseProducing()  # type: ignore[union-attr]

    def onPong(self, payload: bytes) -> None:
        self.heard_at = time.monotonic()

    def backlog(self) -> int:
        """Return how many messages wait; reading goes on once the application has caught up."""
        waiting = int(self.application_queue.qsize())
        if waiting < LOW:
            self._read_on()
        return waiting

    def _read_on(self) -> None:
        if self.is_paused:
            self.is_paused = False
            self.transport.resumeProducing()  # type: ignore[union-attr]

    def ping(self) -> None:
        """Ask the peer for a sign of life."""
        self.sendPing()

    def serverClose(self, code: int | None = None) -> None:
        if code is None or code == 1000 or 3000 <= code <= 4999:
            super().serverClose(code)
        else:  # autobahn's sendClose() refuses 1001, 1002, 1008, 1011 and 1012
            self.sendCloseFrame(code=code, isReply=False)
        self._read_on()  # the answer to our close waits behind what was sent before it


class StationRequest(WebRequest):
    """Refuses an upgrade that announces a body: daphne would wait for it for ever."""

    def gotLength(self, length: int | None) -> None:
        if length != 0 and self.requestHeaders.hasHeader(b"upgrade"):
            channel: Any = self.channel
            channel.transport.write(b"HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n")
            channel.loseConnection()
        super().gotLength(length)


class StationFactory(HTTPFactory):
    """Makes our requests."""

    def buildProtocol(self, addr: Any) -> Any:
        protocol = super().buildProtocol(addr)
        protocol.requestFactory = StationRequest
        return protocol


class StationServer(daphne_server.Server):
    """Daphne with a drain."""

    is_draining = False
    refusal = ""  # why nothing can listen here

    def create_application(self, protocol: Any, scope: dict[str, Any]) -> Any:
        if scope["type"] == "websocket":
            scope["extensions"] = {"websocket.http.response": {}}
            uri = protocol.http_request_uri  # autobahn takes the name in //name for a host
            if uri.startswith("/"):
                scope["raw_path"] = uri.partition("?")[0].encode("latin1", "replace")
            scope["laadboek.backlog"] = protocol.backlog
            scope["laadboek.ping"] = protocol.ping
            scope["laadboek.heard"] = lambda: protocol.heard_at
        return super().create_application(protocol, scope)

    def run(self) -> None:
        vars(daphne_server)["HTTPFactory"] = StationFactory  # run() makes one and has no hook
        loop = reactor._asyncioEventloop
        reactor.callWhenRunning(self._use_ours)
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, lambda: loop.create_task(self.drain()))
        super().run()
        if self.refusal:
            raise Refused("address_taken", self.refusal, field="port")

    def listen_error(self, failure: Any) -> None:
        """Remember why; daphne itself would log it and leave as if all were well."""
        self.refusal = f"{failure.getErrorMessage()} End what listens there, or choose another."
        self.abort_start = True
        self.stop()

    def _use_ours(self) -> None:
        self.ws_factory.protocol = StationProtocol
        self.ws_factory.setProtocolOptions(closeHandshakeTimeout=GOODBYE_S)

    async def drain(self) -> None:
        """Refuse new sockets, let each station finish its message, close, stop."""
        if self.is_draining:
            return
        self.is_draining = True
        await drain_door()
        await asyncio.sleep(0.2)  # the close frames leave
        reactor.stop()  # type: ignore[misc]


def make_server(application: Any, *, host: str, port: int, **options: Any) -> StationServer:
    """Return a server for web pages and stations on one port."""
    return StationServer(
        application,
        endpoints=[f"tcp:port={port}:interface={host}"],
        signal_handlers=False,
        websocket_timeout=-1,  # the default closes every socket after a day
        websocket_max_message_size=MOST_BYTES,
        websocket_max_frame_size=MOST_BYTES,
        server_name="laadboek",
        **options,
    )
