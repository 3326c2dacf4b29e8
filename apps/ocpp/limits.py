"""How often wrong keys may be tried: per identity and per address, in this process's memory."""

import time
from collections import OrderedDict

WINDOW_S = 60.0
MOST_WRONG = 5
_MOST_KEYS = 50_000


class WrongKeys:
    """Counts wrong keys in a fixed window; the right key is never asked about."""

    def __init__(self) -> None:
        self._counts: OrderedDict[str, tuple[float, int]] = OrderedDict()

    def note(self, *sources: str) -> int:
        """Count a wrong key for each source; returns the seconds to wait, 0 below the limit."""
        now = time.monotonic()
        return max(self._note(source, now) for source in sources)

    def _note(self, source: str, now: float) -> int:
        since, count = self._counts.pop(source, (now, 0))
        if now - since >= WINDOW_S:
            since, count = now, 0
        self._counts[source] = (since, count + 1)
        if len(self._counts) > _MOST_KEYS:
            self._counts.popitem(last=False)
        return 0 if count < MOST_WRONG else max(1, int(since + WINDOW_S - now))
