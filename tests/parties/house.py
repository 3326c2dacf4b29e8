"""A couple: one charger managed by alfa, employers beta (his) and gamma (hers)."""

import datetime as dt
import secrets
import uuid
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from apps.accounts import operations as accounts
from apps.accounts.models import User
from apps.cdrs.operations import deliver_due, settle_due
from apps.core import binding, chain, clock
from apps.core.commitments import seal
from apps.metering.models import Meter, Reading
from apps.reimbursement import operations as reimbursement
from apps.sessions import operations as sessions
from apps.sessions.models import Session
from apps.sites.models import Site
from apps.stations.models import (
    Connector,
    Evse,
    JournalConnection,
    JournalPayload,
    JournalRow,
    JournalSecret,
    Station,
)
from apps.tenants.bridge import run_in_tenant
from apps.tenants.operations import register_station

T0 = dt.datetime(2026, 10, 1, 8, tzinfo=dt.UTC)
NOVEMBER = dt.datetime(2026, 11, 2, 9, tzinfo=dt.UTC)
OCT, NOV, DEC = (dt.date(2026, month, 1) for month in (10, 11, 12))
# Tails and names that no number, hash or moment can show.
HIS, HERS, STRANGER = "04AAAA1111QWZX", "04BBBB3333KJVB", "04CCCC5555HYJQ"
HIM, HER = "johannes.wqzzx@example.test", "wilhelmina.kvjjq@example.test"


@dataclass
class Journal:
    """One connection of a station, hashed as `docs/algorithms/evidence.md` says."""

    connection: JournalConnection
    last: bytes
    seq: int = 0

    def append(self, raw: bytes, at: dt.datetime, direction: str = "in") -> int:
        payload, hidden = seal(raw, secrets.token_bytes)
        self.seq += 1
        links = chain.Chain(str(self.connection.uid))
        leaf = links.leaf(
            seq=self.seq, direction=direction, at_us=clock.microseconds(at), payload=payload
        )
        self.last = links.link(self.last, leaf)
        row = JournalRow.objects.create(
            connection=self.connection,
            seq=self.seq,
            direction=direction,
            at=at,
            leaf=leaf,
            row_hash=self.last,
        )
        JournalPayload.objects.create(row=row, body=payload)
        for secret in hidden:
            JournalSecret.objects.create(
                row=row, commitment=secret.commitment, salt=secret.salt, value=secret.value
            )
        return row.pk


def open_journal(
    station: Station, schema: str, identity: str, *, before: bytes = bytes(32)
) -> Journal:
    uid = uuid.uuid4()
    head = chain.head(before, schema=schema, identity=identity, connection=str(uid))
    connection = JournalConnection.objects.create(
        uid=uid, station=station, opened_at=T0, before_hash=before, head_hash=head
    )
    return Journal(connection, head)


@dataclass
class House:
    """The home, its charger, and who pays for whose card."""

    site_uid: uuid.UUID
    station_id: int
    identity: str
    journal: Journal
    owner_id: int
    links: dict[str, uuid.UUID] = field(default_factory=dict)
    agreements: dict[str, int] = field(default_factory=dict)
    people: dict[str, int] = field(default_factory=dict)
    register: Decimal = Decimal(1000)
    count: int = 0

    def charge(
        self,
        token: str,
        at: dt.datetime = T0,
        wh: int = 10_000,
        *,
        hours: float = 2,
        stop_token: str | None = None,
        readings: tuple[tuple[float, int | Decimal], ...] = (),
    ) -> int:
        """Charge once through the real operations; `readings` are (hours, Wh since the begin)."""
        self.count += 1
        begin, end = self.register, self.register + wh
        self.register = max(begin, end)
        stop_at = at + dt.timedelta(hours=hours)
        return run_in_tenant(
            "alfa",
            self._charge,
            token=token,
            stop_token=stop_token or token,
            span=(at, stop_at),
            registers=(begin, end),
            readings=[(at + dt.timedelta(hours=h), begin + value) for h, value in readings],
        )

    def charge_without_stop(self, token: str, at: dt.datetime, wh: int = 8_000) -> int:
        """Start, deliver energy, and lose the stop; returns the session."""
        self.count += 1
        begin, self.register = self.register, self.register + wh
        return run_in_tenant("alfa", lambda: self._start(token, at, begin).session_id)

    def _start(self, token: str, at: dt.datetime, begin: Decimal) -> sessions.Started:
        raw = (
            f'[2,"s{self.count}","StartTransaction",{{"connectorId":1,"idTag":"{token}",'
            f'"meterStart":{begin},"timestamp":"{at.isoformat()}"}}]'
        )
        return sessions.start(
            station_id=self.station_id,
            evse_number=1,
            connector_number=1,
            id_token=token,
            started_at=at,
            register_wh=begin,
            received_at=at,
            frame_id=self.journal.append(raw.encode(), at),
        )

    def _charge(
        self,
        *,
        token: str,
        stop_token: str,
        span: tuple[dt.datetime, dt.datetime],
        registers: tuple[Decimal, Decimal],
        readings: list[tuple[dt.datetime, Decimal]],
    ) -> int:
        (at, stop_at), (begin, end), n = span, registers, self.count
        started = self._start(token, at, begin)
        for moment, value in readings:
            self.read(started.transaction_id, moment, value)
        raw = (
            f'[2,"e{n}","StopTransaction",{{"idTag":"{stop_token}","meterStop":{end},'
            f'"timestamp":"{stop_at.isoformat()}","transactionId":{started.transaction_id}}}]'
        )
        sessions.stop(
            station_id=self.station_id,
            transaction_id=started.transaction_id,
            stopped_at=stop_at,
            register_wh=end,
            reason="Local",
            id_token=stop_token,
            samples=(),
            received_at=stop_at,
            frame_id=self.journal.append(raw.encode(), stop_at),
        )
        return started.session_id

    def read(self, transaction_id: str, at: dt.datetime, wh: Decimal) -> None:
        Reading.objects.create(
            station_id=self.station_id,
            evse_number=1,
            transaction_id=transaction_id,
            taken_at=at,
            received_at=at,
            measurand="Energy.Active.Import.Register",
            context="Sample.Periodic",
            phase="",
            location="Outlet",
            unit="Wh",
            value=wh,
        )


def _estate(identity: str, mid: dict[str, Any]) -> tuple[uuid.UUID, int, Journal]:
    """Build the home; the test keeps what it needs of it as plain data and a journal."""
    name, entry, _ = register_station(identity=identity)
    site = Site.objects.create(name=f"Dorpsstraat {identity}", street="Dorpsstraat 1", city="Nieuw")
    station = Station.objects.create(
        site=site,
        directory_id=entry,
        identity=name,
        identity_key=name.casefold(),
        vendor="Havik",
        model="H11-M",
        max_kw=11,
    )
    Connector.objects.create(evse=Evse.objects.create(station=station, number=1))
    Meter.objects.create(station=station, **mid)
    return site.uid, station.pk, open_journal(station, "alfa", name)


MID = {
    "make": "Kwarts",
    "serial": "M-77",
    "mid_marking": "CE M24 0122",
    "mid_year": 2024,
    "installed_at": dt.date(2026, 1, 1),
}


def build(identity: str = "HOME1", **mid: Any) -> House:
    """Build the couple's home with both payers admitted."""
    with binding.bound("public"):
        people = {
            email: User.objects.create_user(email, None, name=email.split("@")[0]).pk
            for email in (HIM, HER)
        }
    owner_id = people[HIM]
    site_uid, station_id, journal = run_in_tenant("alfa", lambda: _estate(identity, {**MID, **mid}))
    house = House(site_uid, station_id, identity, journal, owner_id, people=people)
    for schema, token, person, rate in (
        ("beta", HIS, HIM, "0.30"),
        ("gamma", HERS, HER, "0.25"),
    ):
        house.links[schema] = admit(house, schema, token, people[person])
        house.agreements[schema] = run_in_tenant(
            schema,
            reimbursement.agree,
            link_uid=house.links[schema],
            valid_from=dt.date(2026, 1, 1),
            rate_eur_per_kwh=Decimal(rate),
            now=T0,
        )
    return house


def admit(house: House, schema: str, token: str, employee_id: int) -> uuid.UUID:
    link_uid, code = run_in_tenant(
        schema, accounts.invite_payer, employee_id=employee_id, tokens=[token], now=T0
    )
    before = T0 - dt.timedelta(days=60)
    run_in_tenant(
        "alfa",
        accounts.admit_payer,
        code=code,
        site_uid=house.site_uid,
        owner_id=house.owner_id,
        now=before,
    )
    return link_uid


def settle(now: dt.datetime = NOVEMBER, schema: str = "alfa") -> int:
    with binding.bound(schema):
        return settle_due(now=now)


def deliver(now: dt.datetime = NOVEMBER, schema: str = "alfa") -> int:
    with binding.bound(schema):
        return deliver_due(now=now)


def close(
    schema: str, month: dt.date = OCT, now: dt.datetime | None = None
) -> reimbursement.Closed:
    moment = now or dt.datetime.combine(month, dt.time(9), dt.UTC) + dt.timedelta(days=33)
    run_in_tenant(schema, reimbursement.request_close, month=month, now=moment)
    with binding.bound(schema):
        return reimbursement.close_month(month=month, now=moment)


def list_sessions() -> list[int]:
    return run_in_tenant("alfa", lambda: list(Session.objects.values_list("pk", flat=True)))
