"""The installer's pages."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from apps.dashboard.access import PageRequest, page


@require_GET
@page("installers")
def fleet(request: PageRequest) -> HttpResponse:
    """Show every station this person may see, worst first."""
    return render(request, "dashboard/installers/fleet.html", {})
