"""What people and beat did in the past: agreements, nightly settling, month closes, a decision.

The last month that ended is left open, with its exceptions: closing it is the visitor's to do.
"""

import datetime as dt
import uuid
from collections.abc import Iterator, Sequence
from decimal import Decimal
from zoneinfo import ZoneInfo

from apps.audit.actor import Actor, acting
from apps.cdrs.operations import deliver_due, settle_due
from apps.core import binding
from apps.demo.history import Act
from apps.demo.world import CARLA, EMPLOYER, INSTALLER
from apps.exports.operations import render_due
from apps.reimbursement.operations import (
    add_rate,
    agree,
    close_month,
    decide,
    request_close,
)
from apps.reimbursement.queries import list_open_lines
from apps.simulator.behaviour import Span
from apps.tenants.bridge import run_in_tenant

FIRST_RATE, SECOND_RATE, UNTAXED = Decimal("0.28900"), Decimal("0.29500"), Decimal("0.29200")
RATE_CHANGES_AFTER = 50  # days from the begin: within a month, so that a line can be split


def agree_on_links(links: Sequence[uuid.UUID], span: Span, zone: ZoneInfo) -> list[int]:
    """Make the employer's agreements at the begin; returns their ids."""
    first = span.begin.astimezone(zone).date()
    return [
        run_in_tenant(
            EMPLOYER,
            agree,
            link_uid=link,
            valid_from=first,
            rate_eur_per_kwh=FIRST_RATE,
            untaxed_up_to=UNTAXED,
            source="Energiecontract 2026",
            now=span.begin,
        )
        for link in links
    ]


def acts(
    agreements: Sequence[int], *, carla_id: int, span: Span, zone: ZoneInfo
) -> list[tuple[dt.datetime, Act]]:
    """Return everything that was done in the span, with its moment."""
    carla = Actor(channel="page", id=carla_id, name=CARLA.name)
    found = list(_nights(span, zone))
    changed = span.begin + dt.timedelta(days=RATE_CHANGES_AFTER)
    if changed < span.end:
        found.append((changed - dt.timedelta(days=7), _changing_rate(agreements, changed, zone)))
    months = _ended_months(span, zone)
    for month in months[:-1]:
        at = _third_of_next(month, zone)
        found.append((at, _closing(month, at, carla)))
        found.append((at + dt.timedelta(hours=1), _paying_one(month, at, carla)))
    return found


def settle_everything(now: dt.datetime) -> None:
    """Settle and deliver what is due at a moment, as the sweep of beat does."""
    with binding.bound(INSTALLER):
        while settle_due(now=now):
            pass
        while deliver_due(now=now):
            pass


def _nights(span: Span, zone: ZoneInfo) -> Iterator[tuple[dt.datetime, Act]]:
    day = span.begin.astimezone(zone).date() + dt.timedelta(days=1)
    while (at := _local(day, 4, zone)) < span.end:
        yield at, lambda at=at: settle_everything(at)  # type: ignore[misc]
        day += dt.timedelta(days=1)


def _local(day: dt.date, hour: int, zone: ZoneInfo) -> dt.datetime:
    return dt.datetime.combine(day, dt.time(hour), tzinfo=zone).astimezone(dt.UTC)


def _ended_months(span: Span, zone: ZoneInfo) -> list[dt.date]:
    month, found = span.begin.astimezone(zone).date().replace(day=1), []
    while _third_of_next(month, zone) < span.end:
        found.append(month)
        month = _next(month)
    return found


def _next(month: dt.date) -> dt.date:
    return (month + dt.timedelta(days=32)).replace(day=1)


def _third_of_next(month: dt.date, zone: ZoneInfo) -> dt.datetime:
    return _local(_next(month).replace(day=3), 10, zone)


def _changing_rate(agreements: Sequence[int], changed: dt.datetime, zone: ZoneInfo) -> Act:
    def act() -> None:
        for agreement_id in agreements:
            run_in_tenant(
                EMPLOYER,
                add_rate,
                agreement_id=agreement_id,
                valid_from=changed.astimezone(zone).date(),
                rate_eur_per_kwh=SECOND_RATE,
                untaxed_up_to=UNTAXED,
                source="Energiecontract 2026, tweede halfjaar",
                now=changed - dt.timedelta(days=7),
            )

    return act


def _closing(month: dt.date, at: dt.datetime, carla: Actor) -> Act:
    def act() -> None:
        with acting(carla):
            run_in_tenant(EMPLOYER, request_close, month=month, now=at)
            with binding.bound(EMPLOYER):
                close_month(month=month, now=at)
                render_due(now=at)

    return act


def _paying_one(month: dt.date, at: dt.datetime, carla: Actor) -> Act:
    """Let finance pay one session of grade D, with its reason; the others stay open."""

    def act() -> None:
        waiting = run_in_tenant(EMPLOYER, _reviewable, month=month)
        if waiting:
            with acting(carla):
                run_in_tenant(
                    EMPLOYER,
                    decide,
                    cdr_pk=waiting[0],
                    choice="pay",
                    reason="Eindstand past bij de volgende stand van dezelfde meter.",
                    now=at + dt.timedelta(hours=1),
                )

    return act


def _reviewable(*, month: dt.date) -> list[int]:
    lines = list_open_lines(until=month)
    return [line.cdr_pk for line in lines if line.reason == "grade_D"]
