"""Who tries the addresses of the matrix, and what lies in a tenant for them to find."""

import copy
import json
import uuid
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.test import Client

from apps.accounts.access import Level
from apps.accounts.models import PayerLink, User
from apps.accounts.operations import create_user, grant_access, own_site
from apps.api.operations import create_token
from apps.cards.models import IdToken
from apps.cards.operations import create_id_token
from apps.core import binding
from apps.sites.models import Site
from apps.stations.models import Command, Connector, Evse, Station, StationImport
from apps.tenants.models import DirectoryEntry
from apps.tenants.operations import register_station
from tests.api.conftest import NOW, add_grade, add_readings, add_session
from tests.isolation.money import build_money

ROLES = ("administrator", "installer", "operator", "finance", "employee", "auditor")
SCOPES = ("read", "operate", "finance")


@dataclass
class Estate:
    """One thing of each kind in a tenant. `mark` stands in all of them, and in no address."""

    schema: str
    mark: str
    values: dict[str, Any] = field(default_factory=dict)


def build(schema: str, name: str, *, first_id: int) -> Estate:
    """Fill a tenant; `name` and `first_id` make its things different from all others."""
    estate = Estate(schema, f"QWZX{name.upper()}")
    with binding.bound(schema):
        site = Site.objects.create(name=f"{estate.mark} huis", street=f"{estate.mark}straat 1")
        station = _station(site, f"{name}-box", estate.mark)
        session = add_session(station, str(len(name)), register_stop_wh=Decimal(900), ended_at=NOW)
        add_readings(session, 2)
        add_grade(session)
        command = Command.objects.create(
            station=station,
            kind="reset",
            args={"type": "soft"},
            requested_by=estate.mark,
            requested_at=NOW,
            expires_at=NOW,
        )
        brought = StationImport.objects.create(
            name=f"{estate.mark}.csv",
            rows=[{"number": 2, "identity": estate.mark, "site": "", "problem": "identity_taken"}],
            checked_at=NOW,
        )
        estate.values = {
            "site": site.uid,
            "import": brought.uid,
            "identity": station.identity,
            "session": session.uid,
            "command": command.uid,
            "command_kind": "reset",
            "card": _card(name, estate.mark, first_id),
            "month": "2026-10",
            "kind": "csv",
            "position": 1,
            **build_money(session, name, estate.mark, first_id=first_id),
        }
    return estate


def _card(name: str, mark: str, pk: int) -> int:
    card = create_id_token(token=f"{name}-card-0042", label=mark)
    IdToken.objects.filter(id=card).update(id=pk)
    return pk


def _station(site: Site, identity: str, mark: str) -> Station:
    _, directory_id, _ = register_station(identity=identity)
    station = Station.objects.create(
        site=site,
        directory=DirectoryEntry.objects.get(pk=directory_id),
        identity=identity,
        identity_key=identity,
        vendor=f"{mark} vendor",
    )
    evse = Evse.objects.create(station=station, number=1)
    Connector.objects.create(evse=evse, occupancy="available", status_at=NOW)
    return station


@dataclass(frozen=True)
class Asker:
    """Somebody, or a machine, who asks at a host."""

    name: str
    client: Client
    headers: dict[str, str] = field(default_factory=dict)

    def ask(self, method: str, path: str, *, host: str, body: Any = None, **headers: str) -> Any:
        """Send a request; what is sent as a body is JSON for a token, a form for a person."""
        every = {"Host": host, **self.headers, **headers}
        cookies = copy.deepcopy(self.client.cookies)
        try:
            if method == "GET":
                return self.client.get(path, headers=every)
            if self.headers:
                text = json.dumps({} if body is None else body)
                kind = "application/json"
                return self.client.post(path, text, content_type=kind, headers=every)
            return self.client.post(path, body or {}, headers=every)
        finally:
            self.client.cookies = cookies  # whoever logged out is asked again


def _person(name: str, user_id: int, schema: str) -> Asker:
    client = Client()
    client.force_login(User.objects.get(pk=user_id))
    session = client.session
    session["tenant"] = schema
    session.save()
    return Asker(name, client)


def _token(name: str, schema: str, scopes: tuple[str, ...]) -> Asker:
    with binding.bound(schema):
        text = create_token(name=name, scopes=scopes, now=NOW)
    return Asker(name, Client(), {"Authorization": f"Bearer {text}"})


def _user(schema: str, role: str, name: str) -> int:
    with binding.bound(schema):
        return create_user(
            email=f"{name}-{uuid.uuid4().hex[:8]}@voorbeeld.example",
            role=role,
            name=name.title(),
            password="een-goed-wachtwoord-7",
        )[0]


def _let_in(estate: Estate, *, owner: int, guest: int, is_home: bool) -> None:
    """Give each site a grant and a payer; owner and guest have theirs at home only."""
    site = estate.values["site"]
    if is_home:
        own_site(site_uid=site, user_id=owner, now=NOW)
    estate.values["grant"] = grant_access(
        site_uid=site,
        user_id=guest if is_home else owner,
        level=Level.OPERATE,
        reason="helps",
        until=None if is_home else NOW,
        granted_by=None,
    )
    PayerLink.objects.filter(uid=estate.values["link"]).update(
        state="active", site_uid=site, admitted_by=owner, valid_from=NOW
    )


def assemble(home: Estate, elsewhere: Estate, other: Estate) -> dict[str, Asker]:
    """Return everybody, with rights in the tenant of `home` as their names say."""
    schema = home.schema
    cast = {role: _person(role, _user(schema, role, role), schema) for role in ROLES}
    cast["employee"] = _person("employee", home.values["employee"], schema)
    with binding.bound(binding.PUBLIC):
        extra = {
            name: User.objects.create_user(f"{name}-{uuid.uuid4().hex}@x.example", "x" * 12).pk
            for name in ("owner", "guest", "outsider")
        }
    with binding.bound(schema):
        for estate in (home, elsewhere):
            _let_in(estate, owner=extra["owner"], guest=extra["guest"], is_home=estate is home)
    with binding.bound(other.schema):
        _let_in(other, owner=extra["outsider"], guest=extra["outsider"], is_home=False)
    with binding.bound(binding.PUBLIC):
        cast |= {name: _person(name, user_id, schema) for name, user_id in extra.items()}
        foreigner = _user(other.schema, "administrator", "foreigner")
        cast["foreigner"] = _person("foreigner", foreigner, other.schema)
        cast["nobody"] = Asker("nobody", Client())
    cast |= {f"{scope}-token": _token(scope, schema, (scope,)) for scope in SCOPES}
    cast["foreign-token"] = _token("foreign-token", other.schema, SCOPES)
    return cast
