"""What a person must decide: one sentence, one amount, pay or decline with a reason."""

import datetime as dt
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext, gettext_lazy as _
from django.views.decorators.http import require_GET, require_http_methods

from apps.cdrs.reading import read_record
from apps.core import clock
from apps.core.refused import NotFound, Refused
from apps.dashboard import months
from apps.dashboard.access import PageRequest, act, page, posted
from apps.dashboard.finance.rights import require_money
from apps.dashboard.reasons import Story, story_of
from apps.dashboard.refusals import put_in_form
from apps.reimbursement.calculation import NO_RATE
from apps.reimbursement.constants import DECLINE, NO_AGREEMENT, PAY, READY, REVIEW
from apps.reimbursement.operations import decide
from apps.reimbursement.queries import OpenLine, get_agreement, list_decisions, list_open_lines
from apps.tenants.queries import current_tenant

DECIDED = 20  # newest decisions shown beside what is open


class DecisionForm(forms.Form):
    """Pay or decline, and why."""

    choice = forms.ChoiceField(
        choices=[(PAY, PAY), (DECLINE, DECLINE)],
        error_messages={
            "required": _("Kies goedkeuren of afwijzen."),
            "invalid_choice": _("Kies goedkeuren of afwijzen."),
        },
        label=_("Besluit"),
    )
    reason = forms.CharField(
        label=_("Toelichting voor het dossier"),
        help_text=_("Staat bij deze sessie, leesbaar voor de medewerker en de accountant."),
        max_length=300,
        error_messages={
            "required": _("Schrijf in één zin waarom. Zonder toelichting is er niets besloten."),
            "max_length": _("Houd de toelichting korter dan 300 tekens."),
        },
        widget=forms.Textarea(attrs={"class": "form-control", "rows": 2}),
    )


def _open_exceptions(now: dt.datetime) -> list[tuple[OpenLine, Story]]:
    """Return what waits for a person, up to the running month; blocked first, then oldest."""
    running = months.this_month(now, current_tenant().time_zone)
    lines = [line for line in list_open_lines(until=running) if line.lane != READY]
    lines.sort(key=lambda line: line.lane == REVIEW)  # stable: oldest first within a lane
    return [(line, story_of(line.reason, line.record.reasons)) for line in lines]


@require_GET
@page("finance")
def first(request: PageRequest) -> HttpResponse:
    """Open the first exception, or say that there is none."""
    found = _open_exceptions(clock.now())
    if found:
        return redirect("finance:exception", cdr_pk=found[0][0].cdr_pk)
    context = {"exceptions": [], "decisions": _decided(), "section": "finance:exceptions"}
    return render(request, "dashboard/finance/exceptions.html", context)


@require_http_methods(["GET", "POST"])
@page("finance")
def one(request: PageRequest, cdr_pk: int) -> HttpResponse:
    """Show one exception in its list, and take a decision on it."""
    found = _open_exceptions(clock.now())
    at = next((n for n, (line, _) in enumerate(found) if line.cdr_pk == cdr_pk), None)
    if at is None:
        raise NotFound("cdr_unknown")
    form = DecisionForm(posted(request))
    if request.method == "POST":
        require_money(request)
        if form.is_valid() and _decided_on(request, cdr_pk, form):
            return redirect("finance:exceptions")
    context: dict[str, Any] = {
        "exceptions": found,
        "form": form,
        "decisions": _decided(),
        "section": "finance:exceptions",
        "may_change": request.access.changes_money,
        **_selected(found, at),
    }
    return render(request, "dashboard/finance/exceptions.html", context)


def _selected(found: list[tuple[OpenLine, Story]], at: int) -> dict[str, Any]:
    line, story = found[at]
    return {
        "line": line,
        "story": story,
        "record": read_record(line.body),
        "agreement": get_agreement(agreement_id=line.agreement_id) if line.agreement_id else None,
        "can_pay": line.lane == REVIEW,
        "rate_for": line.agreement_id if line.reason == NO_RATE else None,
        "agreement_for": line.body["link"] if line.reason == NO_AGREEMENT else None,
        "previous": found[at - 1][0].cdr_pk if at else None,
        "next": found[at + 1][0].cdr_pk if at + 1 < len(found) else None,
    }


def _decided_on(request: PageRequest, cdr_pk: int, form: DecisionForm) -> bool:
    choice = form.cleaned_data["choice"]
    reason = form.cleaned_data["reason"]
    try:
        act(decide, cdr_pk=cdr_pk, choice=choice, reason=reason, now=clock.now())
    except Refused as error:
        put_in_form(form, error)
        return False
    if choice == PAY:
        messages.success(request, gettext("Goedgekeurd. De sessie komt in de volgende staat."))
    else:
        messages.success(request, gettext("Afgewezen. De sessie komt in geen enkele staat."))
    return True


def _decided() -> list[Any]:
    before = months.month_before(clock.now().date().replace(day=1))
    return list_decisions(month=before)[:DECIDED]
