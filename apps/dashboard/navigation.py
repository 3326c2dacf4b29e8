"""The menu: one row per page that exists, shown to who may open it."""

from dataclasses import dataclass

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from apps.accounts.access import Access


@dataclass(frozen=True, slots=True)
class Entry:
    """One item: which area opens it, where it leads, how it looks; `short`: on the phone's bar."""

    area: str
    url_name: str
    icon: str
    label: Promise | str
    short: Promise | str = ""
    needs_tenant_role: bool = False  # not for guests and owners of one site

    @property
    def url(self) -> str:
        """Address of the page."""
        return reverse(self.url_name)


AREA_NAMES = {
    "installers": _("Laadpalen"),
    "finance": _("Financiën"),
    "employees": _("Mijn vergoeding"),
    "owners": _("Mijn locatie"),
}
# In the order of the menu; the first that a person may open is where they land.
ENTRIES: tuple[Entry, ...] = (
    Entry("installers", "installers:fleet", "charging-pile", _("Laadpalen"), _("Palen")),
    Entry("installers", "installers:sites", "map-pin", _("Locaties"), _("Locaties")),
    Entry(
        "installers",
        "installers:cards",
        "credit-card",
        _("Passen"),
        _("Passen"),
        needs_tenant_role=True,
    ),
    Entry("finance", "finance:current", "list-check", _("Maandafsluiting"), _("Afsluiten")),
    Entry("finance", "finance:exceptions", "alert-triangle", _("Uitzonderingen"), _("Uitzond.")),
    Entry("finance", "finance:statements", "receipt-2", _("Vergoedingsstaten"), _("Staten")),
    Entry("finance", "finance:agreements", "writing-sign", _("Overeenkomsten"), _("Afspraken")),
    Entry("employees", "employees:current", "home", _("Mijn maand"), _("Maand")),
    Entry("owners", "owners:sites", "gauge", _("Mijn locatie"), _("Locatie")),
)


def entries_for(access: Access) -> list[Entry]:
    """Return the items a person may open."""
    return [
        entry
        for entry in ENTRIES
        if entry.area in access.areas and (access.tenant_level or not entry.needs_tenant_role)
    ]


def home_of(access: Access) -> str | None:
    """Return where a person lands, or None when there is no page for them."""
    found = entries_for(access)
    return found[0].url if found else None
