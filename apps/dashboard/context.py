"""What every page of a tenant shows around its own subject."""

from typing import Any

from django.http import HttpRequest

from apps.core import binding, clock
from apps.dashboard.access import rights_of
from apps.dashboard.navigation import entries_for
from apps.tenants.queries import current_tenant

THEMES = ("light", "dark")
THEME_COOKIE = "theme"


def initials(name: str) -> str:
    """Return at most two letters that stand for a name."""
    words = [word for word in name.replace("-", " ").split() if word[:1].isalnum()]
    letters = [words[0][0], words[-1][0]] if len(words) > 1 else [name.strip()[:2]]
    return "".join(letters).upper()


def page(request: HttpRequest) -> dict[str, Any]:
    """Add the tenant, the person, the menu and the theme."""
    theme = request.COOKIES.get(THEME_COOKIE, "")
    shown: dict[str, Any] = {
        "theme": theme if theme in THEMES else "",
        "now": clock.now(),
    }
    if getattr(request, "schema", binding.PUBLIC) == binding.PUBLIC:
        return shown
    tenant = current_tenant()
    shown |= {"tenant": tenant, "tenant_initials": initials(tenant.name)}
    if request.user.is_authenticated:
        access = rights_of(request)
        entries = entries_for(access)
        shown |= {
            "access": access,
            "menu": entries,
            "menu_areas": len({entry.area for entry in entries}),
            "short_menu": [entry for entry in entries if entry.short][:4],
            "person_initials": initials(request.user.get_short_name()),
            "current_menu": request.resolver_match.view_name if request.resolver_match else "",
        }
    return shown
