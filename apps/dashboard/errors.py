"""Pages that say no. They need no database: they may be the answer to its absence."""

import logging
import secrets
import sys
from collections.abc import Sequence

from django.http import HttpRequest, HttpResponse, HttpResponseForbidden, HttpResponseNotFound
from django.http.response import HttpResponseServerError
from django.template.loader import render_to_string
from django.utils.translation import gettext

from apps.accounts.access import ROLES, Access
from apps.core import binding, clock
from apps.dashboard import words
from apps.dashboard.navigation import entries_for

log = logging.getLogger(__name__)


def _who(access: Access) -> str:
    found = [words.role(role) for role in ROLES if role in access.roles]
    if access.owned:
        found.append(words.role("site_owner"))
    if access.granted:
        found.append(gettext("gast op een locatie"))
    return gettext(" en ").join(found)


def _needs(access: Access, areas: Sequence[str], message: str) -> tuple[str, str]:
    """Return what is not shown, and what to do: who can grant it, or where the own page is."""
    administrator = gettext(
        "Heb je dit nodig? Vraag een beheerder van deze organisatie om de rol die erbij hoort."
    )
    if "finance" in areas:
        remedy = gettext(
            "Heb je deze pagina nodig voor je werk? Vraag een beheerder van je organisatie om de "
            "rol financiën."
        )
        if "employees" in access.areas:
            own = gettext("Wat je zelf terugkrijgt, staat bij Mijn maand.")
            remedy = f"{own} {remedy}"
        return gettext("Deze pagina is van de financiële administratie"), remedy
    if message == "level_finance":
        return gettext("Bedragen zie je niet met jouw rol"), gettext(
            "Heb je dit nodig? Vraag het de eigenaar van de locatie of een beheerder, "
            "die kan het tijdelijk openzetten."
        )
    if message == "level_operate":
        return gettext("Bedienen mag niet met jouw rol"), gettext(
            "Heb je dit nodig? Vraag de eigenaar van de locatie of een beheerder om het niveau "
            "bedienen."
        )
    if message == "level_sensitive":
        return gettext("Sessies en passen zie je niet met jouw rol"), gettext(
            "Heb je dit nodig? Vraag de eigenaar van de locatie of een beheerder om het niveau "
            "inzien."
        )
    return gettext("Deze pagina hoort niet bij jouw rol"), administrator


def forbidden(
    request: HttpRequest, access: Access, *, areas: Sequence[str] = (), message: str = ""
) -> HttpResponse:
    """Answer 403: the role, what it lacks, and who can grant it."""
    title, remedy = _needs(access, areas, message)
    home = next(iter(entries_for(access)), None)
    context = {"title": title, "who": _who(access), "remedy": remedy, "home": home}
    return HttpResponseForbidden(render_to_string("errors/403.html", context))


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Answer 404: one text for not existing and not yours."""
    user = getattr(request, "user", None)
    is_public = getattr(request, "schema", binding.PUBLIC) == binding.PUBLIC
    is_known = getattr(request, "user_is_known", False)
    context = {"login_url": "" if is_public or is_known or user is None else "/login/"}
    return HttpResponseNotFound(render_to_string("errors/404.html", context))


def refused(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Answer 403 to a form that was not sent from our own page (CSRF)."""
    return HttpResponseForbidden(render_to_string("errors/csrf.html"))


def failed(request: HttpRequest) -> HttpResponse:
    """Answer 500: a reference and the time; the log line carries both."""
    reference = f"{secrets.token_hex(2)}-{secrets.token_hex(2)}"
    now = clock.now()
    log.error(
        "page failed: reference %s, %s %s",
        reference,
        request.method,
        request.path,
        exc_info=sys.exc_info(),  # Django calls this inside its own handler
    )
    context = {"reference": reference, "time": now, "path": request.path}
    return HttpResponseServerError(render_to_string("errors/500.html", context))
