"""Agreements: with whom, at what rate, from when."""

import datetime as dt
import uuid
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.views.decorators.http import require_GET, require_http_methods

from apps.accounts.queries import list_own_links
from apps.core import clock
from apps.core.refused import NotFound, Refused
from apps.dashboard import formats, months
from apps.dashboard.access import PageRequest, act, page, posted
from apps.dashboard.finance.forms import AgreementForm, RateForm
from apps.dashboard.finance.rights import require_money
from apps.dashboard.refusals import put_in_form
from apps.reimbursement.models import Agreement, AgreementRate
from apps.reimbursement.operations import add_rate, agree
from apps.reimbursement.queries import (
    agreement_name,
    find_last_closed,
    get_agreement,
    list_agreements,
    list_linked,
    list_statements,
)
from apps.tenants.queries import current_tenant


def today() -> dt.date:
    """Return the date at the organisation."""
    return clock.now().astimezone(formats.zone(current_tenant().time_zone)).date()


def _rates(agreement: Agreement) -> list[AgreementRate]:
    return list(agreement.rates.all())


def rate_now(agreement: Agreement, date: dt.date) -> AgreementRate | None:
    """Return the rate that holds on a date, or None."""
    begun = [rate for rate in _rates(agreement) if rate.valid_from <= date]
    return begun[-1] if begun else None


@require_GET
@page("finance")
def listing(request: PageRequest) -> HttpResponse:
    """List agreements, and links that wait for one."""
    date = today()
    linked = list_linked()
    links = list(list_own_links())
    rows = [
        {
            "agreement": agreement,
            "label": agreement_name(agreement.pk),
            "rate": rate_now(agreement, date),
            "next": next((r for r in _rates(agreement) if r.valid_from > date), None),
        }
        for agreement in list_agreements()
    ]
    context = {
        "rows": rows,
        "waiting": [
            link for link in links if link.uid not in linked and link.state != link.State.ENDED
        ],
        "pending": {link.pk for link in links if link.state == link.State.PENDING},
        "now": clock.now(),
        "may_change": request.access.changes_money,
        "section": "finance:agreements",
    }
    return render(request, "dashboard/finance/agreements.html", context)


@require_GET
@page("finance")
def agreement(request: PageRequest, agreement_id: int) -> HttpResponse:
    """Show one agreement with its rates and statements."""
    row = get_agreement(agreement_id=agreement_id)
    context = {
        "agreement": row,
        "label": agreement_name(row.pk),
        "rates": _rates(row)[::-1],
        "rate": rate_now(row, today()),
        "statements": list(list_statements().filter(agreement=row)[:12]),
        "may_change": request.access.changes_money,
        "section": "finance:agreements",
    }
    return render(request, "dashboard/finance/agreement.html", context)


@require_http_methods(["GET", "POST"])
@page("finance")
def create(request: PageRequest, link_uid: uuid.UUID) -> HttpResponse:
    """Make an agreement for a payer link."""
    require_money(request)
    link = list_own_links().filter(uid=link_uid).exclude(state="ended").first()
    if link is None:
        raise NotFound("link_unknown")
    start = months.month_after(find_last_closed() or months.month_before(today().replace(day=1)))
    form = AgreementForm(posted(request), initial={"valid_from": start})
    if request.method == "POST" and form.is_valid():
        made = _agreed(link_uid, form)
        if made is not None:
            messages.success(request, gettext("De overeenkomst is gemaakt."))
            return redirect("finance:agreement", agreement_id=made)
    context = {"link": link, "form": form, "section": "finance:agreements"}
    return render(request, "dashboard/finance/agreement_new.html", context)


def _agreed(link_uid: uuid.UUID, form: AgreementForm) -> int | None:
    data = form.cleaned_data
    try:
        made: int = act(
            agree,
            link_uid=link_uid,
            valid_from=data["valid_from"],
            rate_eur_per_kwh=data["rate"],
            untaxed_up_to=data["untaxed_up_to"],
            minimum_grade=data["minimum_grade"],
            source=data["source"],
            now=clock.now(),
        )
    except Refused as error:
        refuse(form, error)
        return None
    return made


@require_http_methods(["GET", "POST"])
@page("finance")
def rate(request: PageRequest, agreement_id: int) -> HttpResponse:
    """Add a rate from a date on; earlier days keep theirs."""
    require_money(request)
    row = get_agreement(agreement_id=agreement_id)
    form = RateForm(posted(request))
    if request.method == "POST" and form.is_valid() and _rated(agreement_id, form):
        messages.success(request, gettext("Het tarief is toegevoegd."))
        return redirect("finance:agreement", agreement_id=agreement_id)
    last = find_last_closed()
    context = {
        "agreement": row,
        "label": agreement_name(row.pk),
        "form": form,
        "newest": _rates(row)[-1] if _rates(row) else None,
        "closed": last,
        "free": months.month_after(last) if last else None,
        "section": "finance:agreements",
    }
    return render(request, "dashboard/finance/rate_new.html", context)


def _rated(agreement_id: int, form: RateForm) -> bool:
    data = form.cleaned_data
    try:
        act(
            add_rate,
            agreement_id=agreement_id,
            valid_from=data["valid_from"],
            rate_eur_per_kwh=data["rate"],
            untaxed_up_to=data["untaxed_up_to"],
            source=data["source"],
            now=clock.now(),
        )
    except Refused as error:
        refuse(form, error)
        return False
    return True


def refuse(form: forms.Form, error: Refused) -> None:
    """Show a refusal; one about a closed month names the first day that is free."""
    last: Any = find_last_closed()
    if error.reason == "month_closed" and last is not None:
        words = {
            "month": formats.month(last),
            "day": formats.day(months.month_after(last), weekday=False),
        }
        form.add_error(
            "valid_from",
            gettext(
                "De maand %(month)s is gesloten en verandert niet meer. Kies %(day)s of later. Was "
                "die maand fout, dan komt een correctie op de volgende staat."
            )
            % words,
        )
        return
    put_in_form(form, error)
