"""Marks of a session that are no reason codes, and the limits of its life (policy data)."""

import datetime as dt

# marks in `Session.flags`, beside the reason codes of `core.reasons`
LATE = "LATE"  # told after the fact: the station was offline when it happened
SUPERSEDED = "SUPERSEDED"  # ended by the next accepted start on its connector
UNAUTHORISED = "UNAUTHORISED"  # the start was refused
JOINED = "JOINED"  # its stop named no transaction of ours: joined by time and register
AUTOSTART = "AUTOSTART"  # started by one fixed card for everybody: no card was presented
LATE_STOP = "LATE_STOP"  # a real stop replaced a provisional end
LATE_START = "LATE_START"  # a real start replaced a reconstructed begin

# where the end of a session comes from (`Session.end_source`)
END_BY_STOP = "stop"
END_BY_NEXT_START = "next_start"
END_BY_READING = "reading"
END_UNKNOWN = "none"

# what stations send when they have no transaction id
NO_TRANSACTION = ("", "0", "-1")

# how long a running session keeps its card from charging elsewhere once its station is silent
HOLDS_CARD = dt.timedelta(minutes=15)
SKEW_LIMIT = dt.timedelta(seconds=300)
# older than this on arrival: a clock that was never set, not a backlog
BACKLOG_LIMIT = dt.timedelta(days=731)
# how long a provisional end waits for the real stop before it is settled
PRESUMED_DELAY = dt.timedelta(hours=24)
