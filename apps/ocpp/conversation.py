"""The talk with one station, apart from its socket: frames in, journal rows and answers out.

Two drivers use it: the consumer (asynchronous, group commit) and `replay` (synchronous). All that
a frame means is decided here, so that replayed history arises as in life.
"""

import datetime as dt
import logging
import traceback
from dataclasses import dataclass
from time import perf_counter_ns

from apps.core.clock import microseconds
from apps.ocpp import framing
from apps.ocpp.endings import NO_GOODBYE, cause_of
from apps.ocpp.framing import Call
from apps.ocpp.journal import IN, OUT, ConnectionJournal, elapsed_us
from apps.ocpp.versions import Version
from apps.ocpp.work import Deciding, Inbound, Payload, RefusedCallError, StationFacts, Telling
from apps.stations.operations import JournalFrame, Opened, append_frames, record_security_event
from apps.stations.operations.collected import ClosedRow
from apps.tenants.collector import Part

log = logging.getLogger(__name__)


@dataclass(slots=True)
class Handled:
    """A call that was looked at: what it asks for, or the error it is answered with."""

    raw: bytes
    call: Inbound
    message_id: str
    began_ns: int
    work: Telling | Deciding | RefusedCallError
    is_json: bool = True


class Conversation:
    """What was said on one connection, and what the station is."""

    def __init__(self, *, schema: str, opened: Opened, version: Version) -> None:
        self.version = version
        self.journal = ConnectionJournal(
            connection_id=opened.connection_id, uid=opened.connection_uid, head=opened.head
        )
        self.facts = StationFacts(
            schema=schema,
            station_id=opened.station_id,
            identity=opened.identity,
            epoch=opened.epoch,
            registration=opened.registration,
            connectors=dict(opened.connectors),
        )

    def closed(self, at_us: int, *, code: int, is_ours: bool = False) -> ClosedRow:
        """Return what is to be stored of the end of this connection."""
        return ClosedRow(
            station_id=self.facts.station_id,
            epoch=self.facts.epoch,
            at_us=at_us,
            connection_id=self.journal.connection_id,
            code=0 if code == NO_GOODBYE else code,
            cause=cause_of(code, is_ours=is_ours),
        )

    # ---- a call of the station ---------------------------------------------------------------
    def look_at(self, raw: bytes, call: Call, received_at: dt.datetime) -> Handled:
        """Find out what a call asks for; never raises."""
        began = perf_counter_ns()
        inbound = Inbound(call.action, call.payload, self.facts, received_at)
        if call.remark:
            inbound.remarks.append(call.remark)
        work: Telling | Deciding | RefusedCallError
        try:
            work = self.version.handle(inbound)
        except RefusedCallError as refusal:
            work = refusal
        except Exception as error:  # noqa: BLE001 - a station is always answered
            log_without_values("handler", call.action, error)
            work = self._after_failure(inbound, error)
        return Handled(raw, inbound, call.id, began, work, is_json=not call.remark)

    def _after_failure(self, call: Inbound, error: Exception) -> Telling | RefusedCallError:
        call.remarks.append(f"quarantine: {type(error).__name__}")
        answer = self.version.fallback(call.action)
        return RefusedCallError("InternalError") if answer is None else Telling(answer)

    def tell(self, handled: Handled) -> tuple[bytes, list[Part]]:
        """Return the answer to a telling or refused call, and all that must be stored first."""
        work = handled.work
        parts: list[Part] = []
        if isinstance(work, Telling):
            reply = self._result(handled, work.answer)
            parts.extend(work.parts)
        elif isinstance(work, RefusedCallError):
            reply = framing.call_error(handled.message_id, work.code, work.description)
        else:
            raise TypeError("a deciding call is for decide()")
        self.journal.begin()
        parts += (("stations.journal", self._frame_in(handled)),)
        parts += (("stations.journal", self._frame_out(handled, reply)),)
        return reply, parts

    def decide(self, handled: Handled) -> bytes:
        """Run a deciding call in the caller's transaction, with its journal rows; the answer."""
        if not isinstance(handled.work, Deciding):
            raise TypeError("a telling call is for tell()")
        self.journal.begin()
        noted = len(handled.call.remarks)
        frame_id = append_frames([self._frame_in(handled)])
        reply = self._result(handled, handled.work.decide(frame_id))
        remark = "; ".join(handled.call.remarks[noted:])
        append_frames([self._frame_out(handled, reply, remark)])
        return reply

    def quarantine(self, handled: Handled, error: Exception) -> Handled:
        """Give a call whose handling broke its normal answer: kept, told to people, not lost."""
        log_without_values("message", handled.call.action, error)
        handled.work = self._after_failure(handled.call, error)
        return handled

    def note_quarantine(self, handled: Handled) -> bytes:
        """Store a broken call and its answer in the caller's transaction."""
        reply, parts = self.tell(handled)
        append_frames([row for name, row in parts if name == "stations.journal"])
        record_security_event(
            station_id=self.facts.station_id,
            kind="quarantine",
            detail={"action": handled.call.action[:50], "why": "; ".join(handled.call.remarks)},
            now=handled.call.received_at,
        )
        return reply

    def _result(self, handled: Handled, answer: Payload) -> bytes:
        action = handled.call.action
        if answer and not self.version.is_result(action, answer):
            log.error("an answer to %s breaks its schema", action)
            answer = self.version.fallback(action) or answer
        return framing.call_result(handled.message_id, answer)

    def _frame_in(self, handled: Handled) -> JournalFrame:
        return self.journal.add(
            IN,
            handled.raw,
            handled.call.received_us,
            action=handled.call.action,
            message_id=handled.message_id,
            remark="; ".join(handled.call.remarks),
            is_json=handled.is_json,
        )

    def _frame_out(self, handled: Handled, reply: bytes, remark: str = "") -> JournalFrame:
        latency = elapsed_us(handled.began_ns)
        return self.journal.add(
            OUT,
            reply,
            handled.call.received_us + latency,
            action=handled.call.action,
            message_id=handled.message_id,
            remark=remark,
            latency_us=latency,
        )

    # ---- everything else ---------------------------------------------------------------------
    def note_rubbish(
        self, raw: bytes, rubbish: framing.Rubbish, received_at: dt.datetime
    ) -> tuple[bytes, list[Part]]:
        """Return the CALLERROR that rubbish is owed (may be empty), and its journal rows."""
        at_us = microseconds(received_at)
        self.journal.begin()
        parts: list[Part] = [
            (
                "stations.journal",
                self.journal.add(
                    IN, raw, at_us, message_id=rubbish.id, remark=rubbish.remark, is_json=False
                ),
            )
        ]
        if not rubbish.id:
            return b"", parts
        reply = framing.call_error(rubbish.id, rubbish.code, rubbish.remark)
        out = self.journal.add(OUT, reply, at_us, message_id=rubbish.id, remark=rubbish.remark)
        parts.append(("stations.journal", out))
        return reply, parts

    def note_answer(
        self, raw: bytes, message_id: str, received_at: dt.datetime, *, action: str, remark: str
    ) -> list[Part]:
        """Return the journal row of an answer to a command of ours, or to none."""
        self.journal.begin()
        row = self.journal.add(
            IN,
            raw,
            microseconds(received_at),
            action=action,
            message_id=message_id if framing.is_id(message_id) else "",
            remark=remark,
        )
        return [("stations.journal", row)]

    def note_command(self, raw: bytes, at: dt.datetime, *, message_id: str, action: str) -> None:
        """Store a command of ours in the caller's transaction, before it is sent."""
        self.journal.begin()
        append_frames(
            [self.journal.add(OUT, raw, microseconds(at), action=action, message_id=message_id)]
        )


def log_without_values(what: str, action: str, error: Exception) -> None:
    """Log where something broke, but no text of the error: it may hold a card or a key."""
    where = "".join(traceback.format_tb(error.__traceback__)[-3:])
    log.error("%s %.50r failed: %s\n%s", what, action, type(error).__name__, where)
