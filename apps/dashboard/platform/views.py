"""The page on the bare domain: what this is, and where the tenants are."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext
from django.views.decorators.http import require_safe

from apps.dashboard import words
from apps.tenants.queries import find_domain, list_tenants


@dataclass(frozen=True, slots=True)
class Address:
    """Where a tenant answers, and in the demo who may log in there."""

    name: str
    kind: str
    url: str
    people: list[dict[str, str]]


def _demo_people() -> dict[str, list[dict[str, str]]]:
    """Return the logins of a running demo by tenant; empty in production, and when none runs."""
    if not settings.DEMO_FILE:
        return {}
    try:
        found: dict[str, Any] = json.loads(Path(settings.DEMO_FILE).read_text(encoding="utf-8"))
        people: dict[str, list[dict[str, str]]] = {}
        for person in found["people"]:
            shown = {**person, "role": words.role(person["role"])}
            people.setdefault(person["tenant"], []).append(shown)
    except (OSError, ValueError, LookupError, TypeError):
        return {}
    return people


def _addresses(request: HttpRequest) -> list[Address]:
    port = request.get_port()
    suffix = "" if port in {"80", "443"} else f":{port}"
    kinds = {"installer": gettext("installateur"), "employer": gettext("werkgever")}
    people = _demo_people()
    return [
        Address(
            name=tenant.name,
            kind=kinds.get(tenant.kind, tenant.kind),
            url=f"{request.scheme}://{domain}{suffix}/",
            people=people.get(tenant.schema, []),
        )
        for tenant in list_tenants()
        if (domain := find_domain(tenant_id=tenant.id))
    ]


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """Say what Laadboek is, and lead to the tenants."""
    addresses = _addresses(request)
    has_people = any(address.people for address in addresses)
    context = {"addresses": addresses, "has_people": has_people}
    return render(request, "dashboard/platform/index.html", context)
