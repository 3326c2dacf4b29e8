"""In, out, and one's own account."""

from decimal import Decimal
from typing import Any

from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.contrib.auth.views import LoginView, LogoutView
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_GET, require_http_methods

from apps.accounts.operations import set_language, set_password
from apps.core import binding
from apps.dashboard.access import PageRequest, act, page, posted
from apps.dashboard.context import THEME_COOKIE
from apps.dashboard.entrance.forms import LoginForm, OwnPasswordForm, PreferencesForm
from apps.dashboard.middleware import TENANT_KEY
from apps.dashboard.navigation import home_of

YEAR_SECONDS = 365 * 24 * 3600
# An invented session; the sum adds up, to the cent.
_PROOF = {
    "end_wh": Decimal(14_609_958),
    "begin_wh": Decimal(14_582_310),
    "energy_wh": Decimal(27_648),
    "rate": Decimal("0.29300"),
    "amount": Decimal("8.10"),
}


class Login(LoginView):
    """Asks who somebody is."""

    template_name = "dashboard/entrance/login.html"
    authentication_form = LoginForm
    redirect_authenticated_user = True

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add the sum that stands beside the form."""
        return super().get_context_data(proof=_PROOF, **kwargs)

    def form_valid(self, form: Any) -> HttpResponse:
        """Open a session that is good at this host only."""
        response = super().form_valid(form)
        self.request.session[TENANT_KEY] = binding.require()
        return response

    def form_invalid(self, form: Any) -> HttpResponse:
        """Say what was wrong, with the status that says so to machines, too."""
        too_fast = form.has_error("__all__", "too_fast")
        return self.render_to_response(
            self.get_context_data(form=form), status=429 if too_fast else 200
        )

    def get_default_redirect_url(self) -> str:
        """Lead to the landing page."""
        return reverse("home")


class Logout(LogoutView):
    """Ends the session (POST only)."""

    next_page = "/login/"


@require_GET
@page()
def home(request: PageRequest) -> HttpResponse:
    """Lead a person to the first page that is theirs."""
    url = home_of(request.access)
    if url is None:
        raise Http404
    return redirect(url)


@require_http_methods(["GET", "POST"])
@page()
def password(request: PageRequest) -> HttpResponse:
    """Change one's own password; other sessions of this person end."""
    address = request.META.get("REMOTE_ADDR", "")
    form = OwnPasswordForm(request.user, posted(request), address=address)
    if request.method == "POST" and form.is_valid():
        act(set_password, user=form.user, password=form.cleaned_data["new_password1"])
        update_session_auth_hash(request, form.user)
        request.session[TENANT_KEY] = request.schema
        messages.success(request, gettext("Je wachtwoord is gewijzigd."))
        return redirect("account")
    status = 429 if form.has_error("old_password", "too_fast") else 200
    return render(request, "dashboard/entrance/password.html", {"form": form}, status=status)


@require_http_methods(["GET", "POST"])
@page()
def account(request: PageRequest) -> HttpResponse:
    """Show one's own account: language and colours."""
    theme = request.COOKIES.get(THEME_COOKIE, "")
    form = PreferencesForm(
        posted(request), initial={"language": request.user.language, "theme": theme}
    )
    if request.method == "POST" and form.is_valid():
        act(set_language, user_id=request.user.pk, language=form.cleaned_data["language"])
        response = redirect("account")
        response.set_cookie(
            THEME_COOKIE,
            form.cleaned_data["theme"],
            max_age=YEAR_SECONDS,
            samesite="Lax",
            httponly=True,
            secure=request.is_secure(),
        )
        return response
    return render(request, "dashboard/entrance/account.html", {"form": form})
