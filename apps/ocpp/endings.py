"""Why a socket ended, read from its close code (RFC 6455 §7.4.1)."""

from apps.stations.models import ConnectionEnd

NO_GOODBYE = 1006  # never sent: the peer was gone without a close frame
_Cause = ConnectionEnd.Cause
_OURS = {
    1000: _Cause.NEWER,
    1008: _Cause.FLOOD,
    1011: _Cause.STORE,
    1012: _Cause.RESTART,
}
_BROKEN_RULES = frozenset({1002, 1003, 1007, 1009, 1010})


def cause_of(code: int, *, is_ours: bool) -> str:
    """Return the cause of an end; `is_ours`: the code is one that we sent."""
    if is_ours:
        return _OURS[code]
    if code == NO_GOODBYE:
        return _Cause.LINE
    return _Cause.RULES if code in _BROKEN_RULES else _Cause.STATION
