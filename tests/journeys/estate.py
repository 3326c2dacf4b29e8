"""Makes the story's people and things, through the pages: `python -m tests.journeys.estate BEGIN`.

The past cannot be typed into a running server, so the forms are sent in process while the clock
replays their moment. Who has no page yet (logins, the owner of a site) is made by the operation.
Prints what a person would have noted down.
"""

import datetime as dt
import json
import re
import sys
from typing import Any

import django

django.setup()

from django.test import Client  # noqa: E402

from apps.accounts.operations import create_person, create_user, own_site  # noqa: E402
from apps.core import binding, clock  # noqa: E402
from apps.sites.queries import list_sites  # noqa: E402
from apps.tenants.bridge import run_in_tenant  # noqa: E402
from tests.journeys.plan import (  # noqa: E402
    CARD,
    HOME,
    MARKING,
    PEOPLE,
    RATE,
    SERIAL,
    SITE,
    SPARE,
    SPARE_NAME,
)

DAY = dt.timedelta(days=1)


def make_people() -> dict[str, dict[str, Any]]:
    """Make everybody; returns id and password by name."""
    found = {}
    for name, (email, role, tenant) in PEOPLE.items():
        if role == "site_owner":
            number, secret = run_in_tenant(tenant, create_person, email=email, name=name)
        else:
            number, secret = run_in_tenant(tenant, create_user, email=email, role=role, name=name)
        found[name] = {"id": number, "email": email, "password": secret}
    return found


class Desk:
    """Somebody who fills in forms."""

    def __init__(self, name: str, people: dict[str, dict[str, Any]]) -> None:
        self._client = Client(HTTP_HOST=f"{PEOPLE[name][2]}.localhost")
        who = people[name]
        self.send("/login/", username=who["email"], password=who["password"])

    def send(self, path: str, **fields: Any) -> str:
        """Send a form; returns the page that answers."""
        answer = self._client.post(path, fields, follow=True)
        text = answer.content.decode()
        if answer.status_code != 200 or "is-invalid" in text or "lb-error" in text:
            raise SystemExit(f"{path}: {answer.status_code}\n{text}")
        return text


def first(pattern: str, text: str) -> str:
    """Return what a page shows."""
    found = re.search(pattern, text, re.DOTALL)
    if found is None:
        raise SystemExit(f"{pattern} is not in\n{text}")
    return found[1]


def build(begin: dt.datetime) -> dict[str, Any]:
    """Do what each of them does before the first charge."""
    people = make_people()
    anna, adam, carla = (Desk(name, people) for name in ("Anna", "Adam", "Carla"))
    keys = {}
    for number, identity in enumerate(HOME, 1):
        text = anna.send("/add-station/", identity=identity, site_name=SITE)
        keys[identity] = first(r"Sleutel.*?lb-secret[^>]*>([^<]+)<", text)
        anna.send(
            f"/stations/{identity}/meter/",
            make="Kwarts K3",
            serial=f"{SERIAL}{number}",
            mid_marking=MARKING,
            mid_year=2024,
            installed_at=(begin - 30 * DAY).date(),
        )
    (site_uid,) = run_in_tenant("alfa", lambda: [site.uid for site in list_sites()])
    owner = people["Dirk"]["id"]
    run_in_tenant("alfa", own_site, site_uid=site_uid, user_id=owner, now=begin)
    for card, label in ((CARD, "Pas"), (SPARE, SPARE_NAME)):
        adam.send("/cards/add/", token=card, label=label, email=PEOPLE["Bas"][0])
    offered = carla.send(
        "/finance/invite/", employee=people["Bas"]["id"], tokens=f"{CARD}\n{SPARE}"
    )
    code = first(r'class="lb-code">([^<]+)<', offered)
    Desk("Dirk", people).send(f"/own/{site_uid}/admit/", invite=code)
    agree = first(r'"(/finance/agreements/new/[^"]+)"', offered)
    rate = f"{RATE // 100_000},{RATE % 100_000:05}"
    carla.send(agree, valid_from=begin.date(), rate=rate)
    return {"people": people, "keys": keys}


if __name__ == "__main__":
    binding.force(None)
    moment = dt.datetime.fromisoformat(sys.argv[1])
    with clock.replaying(moment):
        made = build(moment)
    sys.stdout.write(json.dumps(made))
