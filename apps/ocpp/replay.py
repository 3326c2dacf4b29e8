"""A station connection without a socket: frames at given moments, for history that is replayed.

The same framing, handlers, journal and operations as in life; only the group commit is replaced:
what stations tell is kept until a deciding message, a full buffer or the end, and then written in
one transaction. Nothing is stored past the operations.
"""

import datetime as dt
import uuid

from apps.core import binding, clock, events
from apps.core.refused import NotFound
from apps.ocpp.conversation import Conversation, Handled
from apps.ocpp.framing import Answer, Call, parse
from apps.ocpp.versions import VERSIONS
from apps.ocpp.work import Deciding
from apps.stations.operations import open_connection
from apps.tenants.bridge import run_in_tenant
from apps.tenants.collector import Part, write_here
from apps.tenants.identities import identity_key
from apps.tenants.queries import find_stations

MOST_WAITING = 400


class ReplayedConnection:
    """One connection of one station, from `open()` to `close()`; moments must not go back."""

    def __init__(self, *, protocol: str = "ocpp1.6") -> None:
        self.version = VERSIONS[protocol]
        self.schema = ""
        self._talk: Conversation | None = None
        self._waiting: list[Part] = []

    def open(self, identity: str, at: dt.datetime) -> int:
        """Connect at a moment; returns the station's id.

        :raises NotFound: the directory does not know the identity.
        """
        key = identity_key(identity)
        with clock.replaying(at), events.muted():
            address = run_in_tenant(binding.PUBLIC, find_stations, keys=[key]).get(key)
            if address is None:
                raise NotFound("station_unknown", f"There is no station {identity}.")
            self.schema = address.schema
            opened = run_in_tenant(
                self.schema,
                open_connection,
                identity_key=key,
                protocol=self.version.subprotocol,
                remote="replay",
                uid=uuid.uuid4(),
                now=at,
            )
        self._talk = Conversation(schema=self.schema, opened=opened, version=self.version)
        return opened.station_id

    @property
    def talk(self) -> Conversation:
        """The open conversation.

        :raises RuntimeError: the connection is not open.
        """
        if self._talk is None:
            raise RuntimeError("open() first")
        return self._talk

    def receive(self, raw: bytes, at: dt.datetime) -> bytes | None:
        """Take one frame at a moment; returns the answer, or None when none is owed."""
        with clock.replaying(at), events.muted():
            frame = parse(raw)
            if isinstance(frame, Call):
                return self._serve(raw, frame, at)
            if isinstance(frame, Answer):
                parts = self.talk.note_answer(
                    raw, frame.id, at, action="", remark="answer to nothing"
                )
                reply = b""
            else:
                reply, parts = self.talk.note_rubbish(raw, frame, at)
            self._keep(parts)
            return reply or None

    def _serve(self, raw: bytes, call: Call, at: dt.datetime) -> bytes:
        handled = self.talk.look_at(raw, call, at)
        if isinstance(handled.work, Deciding):
            reply = run_in_tenant(self.schema, self._decide, handled)
            self.talk.journal.commit()
            return reply
        reply, parts = self.talk.tell(handled)
        self._keep(parts)
        return reply

    def _decide(self, handled: Handled) -> bytes:
        waiting, self._waiting = self._waiting, []
        if waiting:
            write_here(self.schema, waiting)
        return self.talk.decide(handled)

    def _keep(self, parts: list[Part]) -> None:
        self.talk.journal.commit()
        self._waiting += parts
        if len(self._waiting) >= MOST_WAITING:
            self.flush()

    def flush(self) -> None:
        """Write what is waiting."""
        if self._waiting:
            waiting, self._waiting = self._waiting, []
            run_in_tenant(self.schema, write_here, self.schema, waiting)

    def close(self, at: dt.datetime) -> None:
        """Disconnect at a moment."""
        facts = self.talk.facts
        moment = clock.microseconds(at)
        self._waiting.append(("stations.seen", (facts.station_id, facts.epoch, moment)))
        self._waiting.append(("stations.closed", self.talk.closed(moment, code=1000)))
        self.flush()
        self._talk = None
