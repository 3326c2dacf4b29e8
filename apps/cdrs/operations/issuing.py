"""Settle and correct sessions: the managing tenant's side."""

import datetime as dt
import uuid

from apps.accounts.queries import get_payer
from apps.audit.operations import record
from apps.cdrs.constants import CREDIT_SUFFIX
from apps.cdrs.models import Delivery, IssuedCdr
from apps.cdrs.records import Body, Heading, build_body, credit_body, digest_of
from apps.core.refused import NotFound, Refused
from apps.evidence.operations import grade_session
from apps.metering.models import Meter
from apps.sessions.models import Session
from apps.sessions.operations import mark_settled
from apps.stations.models import Station
from apps.tenants.queries import current_tenant


def settle_session(*, session_id: int, now: dt.datetime) -> str:
    """Grade a closed session, issue its record and put it into the outbox; returns its id.

    Once per close: called again, it answers the record there is. A session that was closed anew
    (its real stop came after a presumed end) gets a credit and a new record, if anything changed.

    :raises NotFound: there is no such session.
    :raises Refused: the session has not ended.
    """
    session = _lock(session_id)
    issued = list(session.cdrs.filter(credit_of="").order_by("pk"))
    if session.state == Session.State.SETTLED and issued:
        return issued[-1].cdr_id
    if session.state != Session.State.CLOSED:
        raise Refused("session_open", "This session has not ended yet.", field="session")
    body, receiver_id = _draw_up(session=session, version=len(issued) + 1, now=now)
    if issued and _content(issued[-1].body) == _content(body):
        mark_settled(session_id=session.pk)
        return issued[-1].cdr_id
    if issued:
        _credit(session=session, old=issued[-1], reason="stop_replaced", now=now)
    return _issue(session=session, body=body, receiver_id=receiver_id, now=now)


def correct_session(*, session_id: int, now: dt.datetime, reason: str = "") -> tuple[str, str]:
    """Credit the last record of a session and issue a new one; returns both ids.

    `reason` is printed on the statement that carries the correction.

    :raises NotFound: there is no such session.
    :raises Refused: the session was never settled.
    """
    session = _lock(session_id)
    issued = list(session.cdrs.filter(credit_of="").order_by("pk"))
    if not issued:
        raise Refused("session_unsettled", "There is no record to correct.", field="session")
    credit_id = _credit(session=session, old=issued[-1], reason=reason, now=now)
    body, receiver_id = _draw_up(session=session, version=len(issued) + 1, now=now)
    return credit_id, _issue(session=session, body=body, receiver_id=receiver_id, now=now)


def _credit(*, session: Session, old: IssuedCdr, reason: str, now: dt.datetime) -> str:
    body = credit_body(old.body, cdr_id=old.cdr_id + CREDIT_SUFFIX, reason=reason, now=now)
    _store(session=session, body=body, receiver_id=old.delivery.receiver_id, now=now)
    record(
        "cdrs.record.credited",
        subject=f"cdr:{old.cdr_id}",
        after={"reason": reason, "session": session.pk},
    )
    return str(body["id"])


def _content(body: Body) -> Body:
    """Return what a record says of the session, without its own name and date."""
    return {key: value for key, value in body.items() if key not in {"id", "issued_at"}}


def _lock(session_id: int) -> Session:
    session = (
        Session.objects.select_for_update(of=("self",))
        .select_related("station__site")
        .filter(pk=session_id)
        .first()
    )
    if session is None:
        raise NotFound("session_unknown", "There is no such session.", field="session")
    return session


def _draw_up(*, session: Session, version: int, now: dt.datetime) -> tuple[Body, int]:
    """Grade the session and write its record; returns it with the id of the receiving tenant."""
    graded = grade_session(session_id=session.pk, now=now)
    tenant = current_tenant()
    payer = None if session.payer_link_id is None else get_payer(link_id=session.payer_link_id)
    heading = Heading(
        issuer=tenant.code,
        cdr_id=str(uuid.uuid5(session.uid, str(version))),
        link_uid=None if payer is None else payer.link_uid,
        issued_at=now,
        meter_id=graded.meter_id or _unidentified_meter(session),
    )
    body = build_body(session=session, graded=graded, heading=heading)
    return body, tenant.id if payer is None else payer.tenant_id


def _unidentified_meter(session: Session) -> int:
    """Return the meter record of a station whose meter nobody named: registers need an owner.

    It was in place until the first meter with a proven installation date came, if any.
    """
    station_id = session.station_id
    Station.objects.select_for_update().get(pk=station_id)
    on = session.started_at.date()
    named = Meter.objects.filter(station_id=station_id, installed_at__gt=on)
    meter, _ = Meter.objects.get_or_create(
        station_id=station_id,
        evse_number=None,
        serial="",
        mid_marking="",
        removed_at=named.order_by("installed_at").values_list("installed_at", flat=True).first(),
    )
    return meter.pk


def _issue(*, session: Session, body: Body, receiver_id: int, now: dt.datetime) -> str:
    _store(session=session, body=body, receiver_id=receiver_id, now=now)
    if session.state == Session.State.CLOSED:
        mark_settled(session_id=session.pk)
    record(
        "cdrs.record.issued",
        subject=f"cdr:{body['id']}",
        after={"session": session.pk, "grade": body["grade"], "energy_wh": body["energy_wh"]},
    )
    return str(body["id"])


def _store(*, session: Session, body: Body, receiver_id: int, now: dt.datetime) -> None:
    cdr = IssuedCdr.objects.create(
        cdr_id=body["id"],
        credit_of=body["credit_of"],
        link_uid=body["link"],
        body=body,
        digest=digest_of(body),
        session=session,
        issued_at=now,
    )
    Delivery.objects.create(cdr=cdr, receiver_id=receiver_id, due_at=now)
