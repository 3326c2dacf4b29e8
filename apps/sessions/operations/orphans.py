"""Stops that name no transaction of their station."""

from collections.abc import Callable, Sequence

from apps.cards.queries import find_groups
from apps.metering.queries import list_transaction_registers
from apps.sessions.constants import END_BY_NEXT_START, END_BY_STOP, JOINED
from apps.sessions.matching import Candidate, StrayStop, match
from apps.sessions.models import OrphanStop, Session
from apps.sessions.moments import Moment, merge
from apps.sessions.operations.alarms import alarm
from apps.sessions.operations.calls import StopCall
from apps.sessions.operations.closing import last_register
from apps.sessions.operations.reconstructing import reconstruct
from apps.sessions.queries import StationFacts
from apps.sessions.states import State

RecordStop = Callable[[Session, StopCall], None]
MOST_CANDIDATES = 20


def adopt_orphan(call: StopCall, record_stop: RecordStop) -> int | None:
    """Join a stray stop to the one open transaction it fits, or keep it as an orphan.

    Returns the session it went to, or None. Another station's transaction is never joined.
    """
    if call.has_id and _is_foreign(call):
        alarm(
            call.station.id,
            "foreign_transaction",
            call.received_at,
            transaction_id=call.transaction_id,
        )
        keep_orphan(call)
        return None
    session = _find_open(call)
    if session is not None:
        session.flags = merge(session.flags, [JOINED])
        record_stop(session, call)
        return session.pk
    orphan = keep_orphan(call)
    return None if orphan is None else reconstruct(call, orphan)


def _is_foreign(call: StopCall) -> bool:
    theirs = Session.objects.filter(transaction_id=call.transaction_id)
    return theirs.exclude(station_id=call.station.id).exists()


def _find_open(call: StopCall) -> Session | None:
    """Find the one transaction without a real stop that a stray stop fits."""
    sessions = list(
        Session.objects.select_for_update()
        .filter(
            station_id=call.station.id,
            state__in=[State.ACTIVE, State.CLOSED, State.SETTLED],
            started_at__lte=call.moment.at,
        )
        .exclude(end_source=END_BY_STOP)
        .order_by("-started_at")[:MOST_CANDIDATES]
    )
    return _pick(call, sessions)


def _pick(call: StopCall, sessions: Sequence[Session]) -> Session | None:
    if not sessions:
        return None
    groups = find_groups(tokens=[call.token, *(s.id_token for s in sessions)])
    candidates = [_candidate(session, call, groups) for session in sessions]
    stray = StrayStop(at=call.moment.at, register_wh=call.register_wh, has_id=call.has_id)
    found = match(stray, candidates, max_kw=call.station.max_kw)
    return next((s for s in sessions if found and s.pk == found.session_id), None)


def _candidate(session: Session, call: StopCall, groups: dict[str, str]) -> Candidate:
    last = last_register(session, max_kw=call.station.max_kw)
    own = list_transaction_registers(
        station_id=session.station_id, transaction_id=session.transaction_id
    )
    return Candidate(
        session_id=session.pk,
        started_at=session.started_at,
        begin_wh=session.register_start_wh,
        last_wh=last.wh if last else None,
        last_at=last.at if last else None,
        knows_its_id=bool(own),
        until=session.ended_at if session.end_source == END_BY_NEXT_START else None,
        card_fits=_card_fits(session.id_token, call.token, groups),
    )


def _card_fits(started_with: str, stopped_with: str, groups: dict[str, str]) -> bool | None:
    if not stopped_with:
        return None
    if stopped_with == started_with:
        return True
    group = groups.get(stopped_with, "")
    return bool(group) and group == groups.get(started_with)


def keep_orphan(call: StopCall) -> OrphanStop | None:
    """Keep a stop that fits no session; None if this very one is kept already."""
    known = OrphanStop.objects.filter(
        station_id=call.station.id,
        transaction_id=call.transaction_id,
        stop_claimed_at=call.moment.claimed,
        register_stop_wh=call.register_wh,
    )
    if known.exists():
        return None
    return OrphanStop.objects.create(
        station_id=call.station.id,
        transaction_id=call.transaction_id,
        stopped_at=call.moment.at,
        stop_claimed_at=call.moment.claimed,
        received_at=call.received_at,
        register_stop_wh=call.register_wh,
        stop_reason=call.reason,
        id_token=call.token,
        frame_id=call.frame_id,
    )


def claim_orphan(session: Session, station: StationFacts, record_stop: RecordStop) -> None:
    """Give a start that arrives after its own stop that stop, if one fits."""
    waiting = OrphanStop.objects.filter(
        session=None, station_id=station.id, stopped_at__gte=session.started_at
    )
    for orphan in waiting.order_by("stopped_at", "pk"):
        call = _call_of(orphan, station)
        if _pick(call, [session]) is not None:
            _join(session, orphan, call, record_stop=record_stop)
            return


def join_orphan(*, orphan_id: int, station: StationFacts, record_stop: RecordStop) -> bool:
    """Try once more to join an orphan to a transaction; the caller holds the station's lock."""
    orphan = OrphanStop.objects.filter(pk=orphan_id, session=None).first()
    if orphan is None:
        return False
    call = _call_of(orphan, station)
    session = None if call.has_id and _is_foreign(call) else _find_open(call)
    if session is None:
        return False
    _join(session, orphan, call, record_stop=record_stop)
    return True


def _join(session: Session, orphan: OrphanStop, call: StopCall, *, record_stop: RecordStop) -> None:
    session.orphan_stop = orphan
    session.flags = merge(session.flags, [JOINED])
    record_stop(session, call)


def _call_of(orphan: OrphanStop, station: StationFacts) -> StopCall:
    return StopCall(
        station=station,
        transaction_id=orphan.transaction_id,
        moment=Moment(orphan.stopped_at, orphan.stop_claimed_at),
        register_wh=orphan.register_stop_wh,
        reason=orphan.stop_reason,
        token=orphan.id_token,
        samples=(),
        received_at=orphan.received_at,
        frame_id=orphan.frame_id,
        protocol="",
        flags=(),
    )
