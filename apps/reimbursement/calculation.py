"""From a received record to what may be paid for it (pure): parts, rates, months, grades."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from apps.core.reasons import INTERPOLATED, REASONS

GRADES = "ABCDE"
# What explains a D that its meter's next register has closed, or costs a letter above D only.
EXPLAINED = frozenset({"END_SUBSTITUTED", "NO_STOP", "NO_MID_EVIDENCE", "KEY_UNKNOWN"})

GRADE = "grade_"  # + the letter
NO_ENERGY, NO_METER, NO_RATE, NO_POLICY = "no_energy", "no_meter", "no_rate", "no_policy"
DECLINED = "declined"

# Readings closer together than this tell what was used before a change of rate: a quarter hour is
# what the parts promise, and stations are a moment late.
LONGEST_GAP = dt.timedelta(minutes=17)
_UNKNOWN = dt.timedelta.max
_MICROSECOND = dt.timedelta(microseconds=1)


class MissingRateError(LookupError):
    """No rate holds on a local date that the record needs."""


@dataclass(frozen=True, slots=True)
class Part:
    """Energy of a record in one quarter hour; `gap`: between the readings around its begin."""

    begin_at: dt.datetime
    end_at: dt.datetime
    energy_wh: Decimal
    gap: dt.timedelta


@dataclass(frozen=True, slots=True)
class Record:
    """What reimbursement needs of a charge detail record."""

    issuer: str
    cdr_id: str
    credit_of: str
    link: str
    started_at: dt.datetime
    ended_at: dt.datetime
    zone: ZoneInfo
    country: str
    grade: str
    reasons: tuple[str, ...]
    begin_wh: Decimal | None
    end_wh: Decimal | None
    energy_wh: Decimal | None
    meter_uid: str
    parts: tuple[Part, ...]

    @property
    def month(self) -> dt.date:
        """The month it belongs to: that of its end, in the site's time zone."""
        return self.ended_at.astimezone(self.zone).date().replace(day=1)

    @property
    def start_date(self) -> dt.date:
        """The local date of its start: the agreement of that day pays."""
        return self.started_at.astimezone(self.zone).date()


@dataclass(frozen=True, slots=True)
class Rate:
    """What an agreement pays per kWh from a local date on; the part above `untaxed_up_to` is wage.

    Without `untaxed_up_to` all of it is untaxed.
    """

    version: int
    valid_from: dt.date
    rate_eur_per_kwh: Decimal
    untaxed_up_to: Decimal | None = None


@dataclass(frozen=True, slots=True)
class RatedPart:
    """A stretch of a session under one rate."""

    begin_at: dt.datetime
    end_at: dt.datetime
    energy_wh: Decimal
    rate: Rate


@dataclass(frozen=True, slots=True)
class Policy:
    """Which grades a country pays, and which reasons make a D payable."""

    payable_grades: str
    payable_reasons: frozenset[str]


def _figure(text: str | None) -> Decimal | None:
    return None if text is None else Decimal(text)


def read_body(body: Mapping[str, Any]) -> Record:
    """Read a record's body, version 1."""
    meter, site = body["meter"] or {}, body["site"]
    return Record(
        issuer=body["issuer"],
        cdr_id=body["id"],
        credit_of=body["credit_of"],
        link=body["link"] or "",
        started_at=dt.datetime.fromisoformat(body["started_at"]),
        ended_at=dt.datetime.fromisoformat(body["ended_at"]),
        zone=ZoneInfo(site["time_zone"]),
        country=site["country"],
        grade=body["grade"],
        reasons=tuple(body["reasons"]),
        begin_wh=_figure(body["begin"]["wh"]),
        end_wh=_figure(body["end"]["wh"]),
        energy_wh=_figure(body["energy_wh"]),
        meter_uid=meter.get("uid", ""),
        parts=tuple(_read_part(part) for part in body["parts"]),
    )


def _read_part(part: Mapping[str, str]) -> Part:
    """Read a quarter hour; one that does not tell its gap is taken to have the longest."""
    return Part(
        dt.datetime.fromisoformat(part["from"]),
        dt.datetime.fromisoformat(part["to"]),
        Decimal(part["wh"]),
        dt.timedelta(seconds=int(part["gap_s"])) if "gap_s" in part else _UNKNOWN,
    )


def month_end(month: dt.date, zone: ZoneInfo) -> dt.datetime:
    """Return the moment a month is over somewhere."""
    return _midnight(next_month(month), zone)


def next_month(month: dt.date) -> dt.date:
    """Return the first day of the month after."""
    return (month.replace(day=1) + dt.timedelta(days=32)).replace(day=1)


def _midnight(date: dt.date, zone: ZoneInfo) -> dt.datetime:
    return dt.datetime.combine(date, dt.time(), zone).astimezone(dt.UTC)


def rate_on(date: dt.date, rates: Sequence[Rate]) -> Rate:
    """Return the rate of a local date: the newest that has begun.

    :raises MissingRateError: none has begun by then; the next one is never used instead.
    """
    begun = [rate for rate in rates if rate.valid_from <= date]
    if not begun:
        raise MissingRateError(date.isoformat())
    return max(begun, key=lambda rate: rate.valid_from)


def split_by_rate(record: Record, rates: Sequence[Rate]) -> tuple[RatedPart, ...]:
    """Split a record's energy where a rate changes, at local midnight, by its quarter hours.

    :raises MissingRateError: a quarter hour has no rate.
    """
    found: list[RatedPart] = []
    for part in record.parts:
        rate = _rate_at(part.begin_at, record, rates)
        if found and found[-1].rate == rate:
            last = found.pop()
            found.append(
                RatedPart(last.begin_at, part.end_at, last.energy_wh + part.energy_wh, rate)
            )
        else:
            found.append(RatedPart(part.begin_at, part.end_at, part.energy_wh, rate))
    if not found:
        rate = rate_on(record.start_date, rates)
        return (RatedPart(record.started_at, record.ended_at, Decimal(0), rate),)
    edges = [_midnight(part.rate.valid_from, record.zone) for part in found[1:]]
    return tuple(
        RatedPart(begin_at, end_at, part.energy_wh, part.rate)
        for part, begin_at, end_at in zip(
            found, [record.started_at, *edges], [*edges, record.ended_at], strict=True
        )
    )


def lower_if_guessed(record: Record, rates: Sequence[Rate]) -> Record:
    """Return a record that is a D where its energy was divided over a change of rate by time alone.

    No reading was taken near that midnight: the sum is measured, the share of each rate is not.

    :raises MissingRateError: a quarter hour has no rate.
    """
    if not _is_guessed(record, rates):
        return record
    told = {*record.reasons, INTERPOLATED}
    reasons = tuple(reason for reason in REASONS if reason in told)
    return replace(record, grade=max(record.grade, "D"), reasons=reasons)


def _is_guessed(record: Record, rates: Sequence[Rate]) -> bool:
    before: tuple[dt.datetime, Rate] | None = None
    for part in record.parts:
        rate = _rate_at(part.begin_at, record, rates)
        last = _rate_at(max(part.begin_at, part.end_at - _MICROSECOND), record, rates)
        changes = before is not None and before[0] == part.begin_at and before[1] != rate
        if last != rate or (changes and part.gap > LONGEST_GAP):
            return True
        before = part.end_at, last
    return False


def _rate_at(at: dt.datetime, record: Record, rates: Sequence[Rate]) -> Rate:
    return rate_on(at.astimezone(record.zone).date(), rates)


def payable_letters(policy: Policy, minimum_grade: str) -> str:
    """Return the letters that are paid unasked; an agreement may only ask for better ones."""
    floor = GRADES.index(minimum_grade) if minimum_grade else len(GRADES)
    return "".join(g for g in policy.payable_grades if g != "E" and GRADES.index(g) <= floor)


def is_closed_by_next(record: Record, policy: Policy) -> bool:
    """Whether a D is payable because a reason on the policy's list explains all that is wrong."""
    saving = policy.payable_reasons & set(record.reasons)
    return (
        record.grade == "D"
        and bool(saving)
        and set(record.reasons) <= policy.payable_reasons | EXPLAINED
    )


def refusal(record: Record, *, policy: Policy | None, minimum_grade: str, decision: str) -> str:
    """Return why a record is not paid as it stands, or an empty text.

    `decision` is what a person said of it: `pay`, `decline` or nothing. Nobody can pay an E.
    """
    if decision == "decline":
        return DECLINED
    never = _impossible(record)
    if never or decision == "pay":
        return never
    if policy is None:
        return NO_POLICY
    is_payable = record.grade in payable_letters(policy, minimum_grade) or (
        not minimum_grade and is_closed_by_next(record, policy)
    )
    return "" if is_payable else GRADE + record.grade


def _impossible(record: Record) -> str:
    """Return what no decision can mend, or an empty text."""
    begin, end, energy = record.begin_wh, record.end_wh, record.energy_wh
    if record.grade == "E":
        return GRADE + "E"
    if begin is None or end is None or energy is None:
        return NO_ENERGY
    if energy < 0 or end < begin:
        return GRADE + "E"  # whatever the letter says: no register runs backwards
    return "" if record.meter_uid else NO_METER
