"""What an owner decides: who pays at the site and who may look."""

import uuid

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods

from apps.accounts.access import Level
from apps.accounts.operations import admit_payer, end_payer, grant_access, revoke_access
from apps.accounts.queries import find_user, list_site_grants
from apps.core import clock
from apps.core.refused import NotFound, Refused
from apps.dashboard import formats
from apps.dashboard.access import PageRequest, act, page, posted
from apps.dashboard.owners.forms import AdmitForm, GrantForm, end_of_day
from apps.dashboard.owners.payers import list_payers
from apps.dashboard.owners.views import own_site
from apps.dashboard.refusals import put_in_form
from apps.sites.queries import SiteFacts
from apps.stations.overview import list_site_stations


@require_http_methods(["GET", "POST"])
@page("owners")
def admit(request: PageRequest, site_uid: uuid.UUID) -> HttpResponse:
    """Admit a payer with the code that its employee brought."""
    site = own_site(request, site_uid)
    identities = [station.identity for station in list_site_stations(site_uid=site_uid)]
    form = AdmitForm(posted(request), stations=identities)
    if request.method == "POST" and form.is_valid() and _admitted(request, site, form):
        messages.success(request, gettext("De betaler is toegelaten. De pas laadt vanaf nu."))
        return redirect("owners:site", site_uid=site_uid)
    context = {"site": site, "form": form, "section": "owners:sites"}
    return render(request, "dashboard/owners/admit.html", context)


def _admitted(request: PageRequest, site: SiteFacts, form: AdmitForm) -> bool:
    try:
        act(
            admit_payer,
            code=form.cleaned_data["invite"],
            site_uid=site.uid,
            owner_id=request.user.pk,
            now=clock.now(),
            identity=form.cleaned_data["station"] or None,
        )
    except Refused as error:
        put_in_form(form, error)
        return False
    return True


@require_http_methods(["GET", "POST"])
@page("owners")
def end(request: PageRequest, site_uid: uuid.UUID, link_uid: uuid.UUID) -> HttpResponse:
    """End a payer's link, after saying what that means."""
    site = own_site(request, site_uid)
    found = [payer for payer in list_payers(site_uid=site_uid) if payer.uid == link_uid]
    if not found or found[0].is_ended:
        raise NotFound("link_unknown")
    payer = found[0]
    if request.method == "POST":
        act(end_payer, link_uid=link_uid, now=clock.now())
        words = {"name": payer.name, "cards": payer.cards}
        messages.success(
            request, gettext("%(name)s betaalt hier niet meer voor %(cards)s.") % words
        )
        return redirect("owners:site", site_uid=site_uid)
    context = {"site": site, "payer": payer, "section": "owners:sites"}
    return render(request, "dashboard/owners/end.html", context)


@require_http_methods(["GET", "POST"])
@page("owners")
def grant(request: PageRequest, site_uid: uuid.UUID) -> HttpResponse:
    """Let somebody look at the site."""
    site = own_site(request, site_uid)
    now = clock.now()
    today = now.astimezone(formats.zone(site.time_zone)).date()
    form = GrantForm(posted(request), today=today)
    if request.method == "POST" and form.is_valid() and _granted(request, site, form):
        messages.success(request, gettext("De toegang is gegeven en geldt vanaf nu."))
        return redirect("owners:site", site_uid=site_uid)
    context = {"site": site, "form": form, "section": "owners:sites"}
    return render(request, "dashboard/owners/grant.html", context)


def _granted(request: PageRequest, site: SiteFacts, form: forms.Form) -> bool:
    user = find_user(email=form.cleaned_data["email"])
    if user is None:
        form.add_error(
            "email",
            gettext(
                "Dit adres heeft nog geen account. Er is niets veranderd. Vraag een beheerder om "
                "een account voor deze persoon, en geef daarna toegang."
            ),
        )
        return False
    try:
        act(
            grant_access,
            site_uid=site.uid,
            user_id=user.pk,
            level=Level(form.cleaned_data["level"]),
            reason=form.cleaned_data["reason"],
            until=end_of_day(form.cleaned_data["until"], formats.zone(site.time_zone)),
            granted_by=request.user.pk,
        )
    except Refused as error:
        put_in_form(form, error)
        return False
    return True


@require_http_methods(["GET", "POST"])
@page("owners")
def revoke(request: PageRequest, site_uid: uuid.UUID, grant_id: int) -> HttpResponse:
    """Take a look away, after saying from whom."""
    site = own_site(request, site_uid)
    now = clock.now()
    found = [row for row in list_site_grants(site_uids=[site_uid], now=now) if row.pk == grant_id]
    if not found:
        raise NotFound("grant_unknown")
    if request.method == "POST":
        act(revoke_access, grant_id=grant_id, site_uids=[site_uid], now=now)
        messages.success(request, gettext("De toegang is ingetrokken en geldt niet meer."))
        return redirect("owners:site", site_uid=site_uid)
    context = {
        "site": site,
        "grant": found[0],
        "section": "owners:sites",
    }
    return render(request, "dashboard/owners/revoke.html", context)
