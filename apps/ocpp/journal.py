"""The chain of one connection: frames become journal rows, hashed in order."""

from secrets import token_bytes
from time import perf_counter_ns

from apps.core.chain import Chain
from apps.core.commitments import seal, seal_json
from apps.ocpp.lenient import text
from apps.stations.operations import JournalFrame

IN, OUT = 0, 1
_WAYS = ("in", "out")


class ConnectionJournal:
    """Sequence and last hash of a connection; they advance only when a commit is known.

    One writer at a time: from `begin()` to `commit()` the caller holds the connection's lock.
    """

    def __init__(self, *, connection_id: int, uid: str, head: bytes) -> None:
        self.connection_id = connection_id
        self._chain = Chain(uid)
        self._seq, self._last = 0, head
        self._next_seq, self._next_last = 0, head

    def begin(self) -> None:
        """Start from what is committed; whatever a failed attempt has hashed is forgotten."""
        self._next_seq, self._next_last = self._seq, self._last

    def commit(self) -> None:
        """Keep what was hashed since `begin()`: it is stored."""
        self._seq, self._last = self._next_seq, self._next_last

    def add(
        self,
        way: int,
        raw: bytes,
        at_us: int,
        *,
        action: str = "",
        message_id: str = "",
        remark: str = "",
        latency_us: int = -1,
        is_json: bool = True,
    ) -> JournalFrame:
        """Seal and hash one frame."""
        body, secrets = (seal_json if is_json else seal)(raw, token_bytes)
        self._next_seq += 1
        leaf = self._chain.leaf(seq=self._next_seq, direction=_WAYS[way], at_us=at_us, payload=body)
        self._next_last = row_hash = self._chain.link(self._next_last, leaf)
        return JournalFrame(
            self.connection_id,
            self._next_seq,
            way,
            at_us,
            latency_us,
            text(action, 50),
            message_id,
            remark[:60],
            leaf,
            row_hash,
            body,
            secrets,
        )


def elapsed_us(since_ns: int) -> int:
    """Return the microseconds since a `perf_counter_ns()`."""
    return (perf_counter_ns() - since_ns) // 1000
