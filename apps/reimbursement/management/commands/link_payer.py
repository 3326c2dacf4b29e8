"""Let an employer pay for an employee's card at a station."""

from decimal import Decimal, InvalidOperation
from typing import Any

from django.core.management.base import CommandParser

from apps.audit.actor import Actor, acting
from apps.core import binding
from apps.core.clock import now
from apps.core.commands import JsonCommand
from apps.core.refused import Refused
from apps.reimbursement.operations import Wish, link_payer
from apps.tenants.queries import get_tenant


class Command(JsonCommand):
    """Invite, admit and agree in one run."""

    help = (
        "Link a payer: the employer pays what the employee's card charges at the station. A "
        "pending invite with the code is redeemed; otherwise it is made and admitted at once."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--payer", required=True, help="the paying tenant's schema")
        parser.add_argument("--managing", required=True, help="the schema of the charger's tenant")
        parser.add_argument("--station", required=True, help="the station's identity")
        parser.add_argument("--employee", required=True, help="e-mail address, of the payer")
        parser.add_argument("--token", required=True, help="what the card carries")
        parser.add_argument("--invite", required=True, help="the invite code")
        parser.add_argument("--rate", default="0.25", help="euro per kWh from today on (0.25)")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            rate = Decimal(options["rate"])
        except InvalidOperation as error:
            raise Refused(
                "rate_illegal", f"{options['rate']!r} is no number; write 0.25.", field="rate"
            ) from error
        with binding.bound(binding.PUBLIC):
            payer, managing = (
                get_tenant(schema=options[name], field=name) for name in ("payer", "managing")
            )
        wish = Wish(
            payer=payer.schema,
            managing=managing.schema,
            station=options["station"],
            employee=options["employee"],
            token=options["token"],
            code=options["invite"],
            rate_eur_per_kwh=rate,
        )
        with acting(Actor(channel="command", name="link_payer")):
            linked = link_payer(wish=wish, now=now())
        self.tell(
            {
                "link": str(linked.link_uid),
                "payer": payer.schema,
                "managing": managing.schema,
                "station": linked.station,
                "employee": options["employee"],
                "agreement": linked.agreement_id,
                "rate": format(rate, "f"),
            },
            as_json=options["json"],
        )
