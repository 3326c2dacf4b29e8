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
from apps.reimbursement.queries import list_open_entries, list_statements
from apps.tenants.bridge import run_in_tenant
from apps.tenants.queries import get_tenant


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
        statements = run_in_tenant(schema, list_statements, month=month)
        waiting = run_in_tenant(schema, list_open_entries, month=month)
        facts = {
            "tenant": schema,
            "month": options["month"],
            "state": closed.state,
            "amount": f"{closed.amount:.2f}",
            "currency": "EUR",
            "statements": [
                {"number": row.number, "employee": row.employee, "amount": str(row.amount)}
                for row in statements
            ],
            "exceptions": [
                {"cdr": entry.cdr_id, "station": entry.station, "reason": entry.reason}
                for entry in waiting
                if entry.reason
            ],
        }
        if not options["json"]:
            facts["statements"] = "\n              ".join(
                f"{row.number}  {row.amount:>10} EUR  {row.employee}" for row in statements
            )
            facts["exceptions"] = "\n              ".join(
                f"{entry.reason}  {entry.station}  {entry.cdr_id}"
                for entry in waiting
                if entry.reason
            )
        self.tell(facts, as_json=options["json"])


def _month(text: str) -> dt.date:
    try:
        return dt.date.fromisoformat(f"{text}-01" if len(text) == 7 else "")
    except ValueError as error:
        raise Refused(
            "month_illegal", f"{text!r} is no month; write it as 2026-10.", field="month"
        ) from error
