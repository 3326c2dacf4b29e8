"""Close a month of a paying tenant."""

import datetime as dt
from typing import Any

from django.core.management.base import CommandParser

from apps.audit.actor import Actor, acting
from apps.core import binding
from apps.core.clock import now
from apps.core.commands import JsonCommand
from apps.core.refused import Refused
from apps.reimbursement.operations import close_month, request_close
from apps.reimbursement.queries import list_open_lines, list_statements
from apps.tenants.bridge import run_in_tenant
from apps.tenants.queries import get_tenant

_YEARS = range(2000, 9999)  # another one is a typing error
LISTS = ("statements", "exceptions")


class Command(JsonCommand):
    """Close the month here and now; run again, it goes on or tells what there is."""

    help = "Close a month: statements for what can be paid, exceptions for the rest."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--tenant", required=True, help="the paying tenant's schema")
        parser.add_argument("--month", required=True, help="for example 2026-10")

    def handle(self, *args: Any, **options: Any) -> None:
        month, moment = _month(options["month"]), now()
        with binding.bound(binding.PUBLIC):
            schema = get_tenant(schema=options["tenant"]).schema
        with acting(Actor(channel="command", name="close_period")):
            run_in_tenant(schema, request_close, month=month, now=moment)
            with binding.bound(schema):
                closed = close_month(month=month, now=moment)
        facts = {
            "tenant": schema,
            "month": options["month"],
            "state": closed.state,
            "closed_at": closed.closed_at.isoformat() if closed.closed_at else "",
            "amount": f"{closed.amount:.2f}",
            "currency": "EUR",
            **run_in_tenant(schema, _outcome, month=month),
        }
        if not options["json"]:
            facts |= {name: _lined_up(facts[name]) or "none" for name in LISTS}
        self.tell(facts, as_json=options["json"])


def _outcome(*, month: dt.date) -> dict[str, list[dict[str, str]]]:
    """Return what was issued and what waits for a person."""
    return {
        "statements": [
            {
                "number": row.number,
                "employee": row.facts["employee"]["name"],
                "amount": str(row.amount),
            }
            for row in list_statements(month=month)
        ],
        "exceptions": [
            {
                "cdr": line.record.cdr_id,
                "station": line.body["station"]["identity"],
                "reason": line.reason,
            }
            for line in list_open_lines(until=month)
            if line.reason
        ],
    }


def _lined_up(rows: list[dict[str, str]]) -> str:
    """Write rows under each other, beside their name."""
    return "\n              ".join("  ".join(row.values()) for row in rows)


def _month(text: str) -> dt.date:
    try:
        month = dt.date.fromisoformat(f"{text}-01" if len(text) == 7 else "")
        _YEARS.index(month.year)
    except ValueError as error:
        raise Refused(
            "month_illegal", f"{text!r} is no month; write it as 2026-10.", field="month"
        ) from error
    return month
