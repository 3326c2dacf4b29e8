"""Offering to pay for an employee's cards: the code is shown once."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from apps.accounts.queries import list_employees
from apps.cards.operations import offer_payment
from apps.core import clock
from apps.core.refused import Refused
from apps.dashboard.access import PageRequest, act, page, posted
from apps.dashboard.finance.forms import InviteForm
from apps.dashboard.finance.rights import require_money
from apps.dashboard.refusals import put_in_form


@never_cache
@require_http_methods(["GET", "POST"])
@page("finance")
def invite(request: PageRequest) -> HttpResponse:
    """Invite: pick an employee and cards; the answer is the only page that shows the code."""
    require_money(request)
    employees = list_employees()
    form = InviteForm(posted(request), employees=employees)
    context = {"form": form, "employees": employees, "section": "finance:agreements"}
    if request.method == "POST" and form.is_valid():
        try:
            link_uid, code = act(
                offer_payment,
                employee_id=form.cleaned_data["employee"],
                tokens=form.cleaned_data["tokens"],
                now=clock.now(),
            )
        except Refused as error:
            put_in_form(form, error, names={"token": "tokens"})
        else:
            name = dict(employees)[form.cleaned_data["employee"]]
            context |= {"link_uid": link_uid, "code": code, "name": name}
            return render(request, "dashboard/finance/invited.html", context)
    return render(request, "dashboard/finance/invite.html", context)
