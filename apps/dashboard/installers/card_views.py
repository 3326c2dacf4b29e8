"""Cards: the list (masked), a new one, block and free."""

import datetime as dt
from dataclasses import dataclass

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from apps.accounts.access import Level
from apps.cards.models import IdToken
from apps.cards.operations import create_id_token, set_blocked, set_scope
from apps.cards.queries import list_id_tokens
from apps.core import clock
from apps.core.refused import Forbidden, NotFound, Refused
from apps.dashboard import formats, refusals
from apps.dashboard.access import PageRequest, act, page, posted
from apps.dashboard.installers.forms import CardForm
from apps.dashboard.searching import searched
from apps.sites.queries import list_sites
from apps.stations.models import Station
from apps.tenants.queries import current_tenant


@dataclass(frozen=True, slots=True)
class CardRow:
    """A card in the list: masked."""

    id: int
    token: str
    label: str
    holder: str
    where: str
    valid_until: dt.datetime | None
    is_blocked: bool
    kind: str
    word: str


def _require(request: PageRequest, level: Level) -> None:
    """Cards belong to the whole tenant: a guest of one site has no say over them.

    :raises NotFound: no role in this tenant shows cards.
    :raises Forbidden: the role shows cards, but may not change them.
    """
    held = request.access.tenant_level
    if held is None or held < Level.SENSITIVE:
        raise NotFound("cards_unknown")
    if held < level:
        raise Forbidden(f"level_{level.name.lower()}")


def _state(card: IdToken, now: dt.datetime) -> tuple[str, str]:
    if card.is_blocked:
        return "bad", _("Geblokkeerd")
    if card.valid_until is not None and card.valid_until <= now:
        return "off", _("Verlopen")
    if card.valid_from is not None and card.valid_from > now:
        return "warn", _("Nog niet geldig")
    return "ok", _("Geldig")


def _rows(now: dt.datetime) -> list[CardRow]:
    sites = {site.id: site.name for site in list_sites()}
    stations = dict(Station.objects.values_list("pk", "identity"))
    rows = []
    for card in list_id_tokens().order_by("label", "pk"):
        names = {
            IdToken.Scope.ALL: [_("alle locaties")],
            IdToken.Scope.SITES: [sites.get(pk, "?") for pk in card.site_ids],
            IdToken.Scope.STATIONS: [stations.get(pk, "?") for pk in card.station_ids],
        }[IdToken.Scope(card.scope)]
        kind, word = _state(card, now)
        rows.append(
            CardRow(
                id=card.pk,
                token=formats.card(card.spelling),
                label=card.label,
                holder=card.owner.get_short_name() if card.owner else "",
                where=", ".join(names) or _("nergens"),
                valid_until=card.valid_until,
                is_blocked=card.is_blocked,
                kind=kind,
                word=word,
            )
        )
    return rows


@require_GET
@page("installers")
def cards(request: PageRequest) -> HttpResponse:
    """Show the cards of this tenant."""
    _require(request, Level.SENSITIVE)
    text = searched(request).casefold()
    rows = _rows(clock.now())
    found = [
        row
        for row in rows
        if text in f"{row.token} {row.label} {row.holder} {row.where} {row.word}".casefold()
    ]
    context = {
        "rows": found[:500],
        "total": len(rows),
        "found": len(found),
        "text": request.GET.get("q", ""),
        "may_change": (request.access.tenant_level or 0) >= Level.OPERATE,
        "zone": current_tenant().time_zone,
    }
    return render(request, "dashboard/installers/cards.html", context)


def _create(form: CardForm) -> None:
    sent = form.cleaned_data
    zone = formats.zone(current_tenant().time_zone)
    last = sent["valid_until"]
    if last and last < clock.now().astimezone(zone).date():
        raise Refused("validity_past", field="valid_until")
    until = dt.datetime.combine(last + dt.timedelta(days=1), dt.time(), zone) if last else None
    card_id = create_id_token(
        token=sent["token"], label=sent["label"], email=sent["email"], valid_until=until
    )
    if sent["where"]:
        set_scope(card_id=card_id, scope=IdToken.Scope.SITES, site_ids=[int(sent["where"])])


@require_http_methods(["GET", "POST"])
@page("installers")
def add_card(request: PageRequest) -> HttpResponse:
    """Let a new card charge."""
    _require(request, Level.OPERATE)
    sites = [(site.id, site.name) for site in list_sites()]
    form = CardForm(posted(request), sites=sites)
    if request.method == "POST" and form.is_valid():
        try:
            act(_create, form)
        except Refused as error:
            form.add_error(error.field if error.field in form.fields else None, refusals.say(error))
        else:
            messages.success(
                request,
                _("Pas %(token)s mag laden.") % {"token": formats.card(form.cleaned_data["token"])},
            )
            return redirect("installers:cards")
    context = {"form": form, "section": "installers:cards"}
    return render(request, "dashboard/installers/card_form.html", context)


@require_POST
@page("installers")
def block_card(request: PageRequest, card_id: int) -> HttpResponse:
    """Block a card, or let it charge again."""
    _require(request, Level.OPERATE)
    wish = request.POST.get("blocked")
    if wish not in {"yes", "no"}:  # a bent form opens nothing
        raise NotFound("card_wish_unknown")
    blocked = wish == "yes"
    act(set_blocked, card_id=card_id, blocked=blocked, now=clock.now())
    messages.success(
        request,
        _("De pas is geblokkeerd; hij werkt nergens meer.")
        if blocked
        else _("De pas mag weer laden."),
    )
    return redirect("installers:cards")
