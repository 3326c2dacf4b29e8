"""Forms of the installer's pages: they check the shape, the operations decide."""

import zoneinfo
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from apps.dashboard.days import DayField

_TEXT = {"class": "form-control"}
_SELECT = {"class": "form-select"}
ZONES = ("Europe/Amsterdam", "Europe/Brussels", "Europe/Berlin", "Europe/Paris", "Europe/London")


class StationForm(forms.Form):
    """A new station: its identity and where it stands."""

    identity = forms.CharField(
        label=_("Naam van de paal"),
        help_text=_(
            "Zo noemt de paal zich in zijn OCPP-instellingen (charge point id), "
            "bijvoorbeeld NL-OVN-03."
        ),
        max_length=48,
        widget=forms.TextInput(
            attrs={**_TEXT, "autocomplete": "off", "autocapitalize": "off", "spellcheck": "false"}
        ),
        error_messages={"required": _("Vul de naam in waarmee de paal zich meldt.")},
    )
    site_name = forms.CharField(
        label=_("Locatie"),
        help_text=_("Een bestaande of een nieuwe naam; leeg wordt Zonder locatie."),
        required=False,
        max_length=120,
        widget=forms.TextInput(attrs={**_TEXT, "list": "site-names", "autocomplete": "off"}),
    )


class ImportForm(forms.Form):
    """A file of stations."""

    file = forms.FileField(
        label=_("Bestand (CSV)"),
        help_text=_(
            "Eerste regel: naam;locatie;ean;sleutel. Alleen naam is nodig; zonder sleutel maken we "
            "er een."
        ),
        max_length=200,
        widget=forms.FileInput(attrs={**_TEXT, "accept": ".csv,text/csv,text/plain"}),
        error_messages={
            "required": _("Kies een bestand."),
            "empty": _("Dit bestand is leeg. Kies een ander."),
        },
    )


class CardForm(forms.Form):
    """A new card."""

    token = forms.CharField(
        label=_("Nummer van de pas"),
        help_text=_("Zoals de paal het leest, meestal 8 of 14 tekens. Wordt daarna gemaskeerd."),
        max_length=40,
        widget=forms.TextInput(attrs={**_TEXT, "autocomplete": "off", "spellcheck": "false"}),
        error_messages={"required": _("Vul het nummer in dat de pas draagt.")},
    )
    label = forms.CharField(
        label=_("Omschrijving"),
        required=False,
        max_length=80,
        widget=forms.TextInput(attrs={**_TEXT, "autocomplete": "off"}),
    )
    email = forms.EmailField(
        label=_("E-mailadres van de houder"),
        help_text=_("Leeg laten als de pas van niemand in het bijzonder is."),
        required=False,
        widget=forms.EmailInput(attrs={**_TEXT, "autocomplete": "off"}),
        error_messages={"invalid": _("Dit is geen e-mailadres. Laat het leeg of typ het opnieuw.")},
    )
    where = forms.ChoiceField(
        label=_("Waar geldig"),
        widget=forms.Select(attrs=_SELECT),
        required=False,
    )
    valid_until = DayField(
        label=_("Geldig tot en met"),
        help_text=_("Leeg laten voor onbepaalde tijd."),
        required=False,
        widget=forms.DateInput(attrs={**_TEXT, "type": "date"}, format="%Y-%m-%d"),
        error_messages={"invalid": _("Schrijf een datum als 2026-12-31.")},
    )

    def __init__(self, *args: Any, sites: list[tuple[int, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        where = self.fields["where"]
        if isinstance(where, forms.ChoiceField):
            everywhere = [("", str(_("alle locaties van deze organisatie")))]
            where.choices = [*everywhere, *((str(pk), name) for pk, name in sites)]


class SiteForm(forms.Form):
    """The facts of a site."""

    name = forms.CharField(
        label=_("Naam"),
        max_length=120,
        widget=forms.TextInput(attrs=_TEXT),
        error_messages={"required": _("Geef de locatie een naam.")},
    )
    street = forms.CharField(
        label=_("Straat en huisnummer"),
        max_length=120,
        required=False,
        widget=forms.TextInput(attrs=_TEXT),
    )
    postal_code = forms.CharField(
        label=_("Postcode"), max_length=12, required=False, widget=forms.TextInput(attrs=_TEXT)
    )
    city = forms.CharField(
        label=_("Plaats"), max_length=80, required=False, widget=forms.TextInput(attrs=_TEXT)
    )
    ean = forms.RegexField(
        r"^\d{18}$",
        label=_("EAN van de aansluiting"),
        help_text=_("18 cijfers; staat op de energierekening."),
        required=False,
        widget=forms.TextInput(attrs={**_TEXT, "inputmode": "numeric"}),
        error_messages={"invalid": _("Een EAN heeft 18 cijfers. Kijk op de energierekening.")},
    )
    time_zone = forms.CharField(
        label=_("Tijdzone"),
        help_text=_("Bepaalt in welke maand een sessie valt."),
        widget=forms.TextInput(attrs={**_TEXT, "list": "zones", "autocomplete": "off"}),
        error_messages={"required": _("Kies een tijdzone, bijvoorbeeld Europe/Amsterdam.")},
    )

    def clean_time_zone(self) -> str:
        """Refuse a zone that does not exist."""
        name = str(self.cleaned_data["time_zone"])
        if name not in zoneinfo.available_timezones():
            raise forms.ValidationError(
                _("Deze tijdzone bestaat niet. Schrijf hem als Europe/Amsterdam.")
            )
        return name


class MeterForm(forms.Form):
    """The meter of a station and its conformity."""

    make = forms.CharField(
        label=_("Merk en type"),
        max_length=80,
        widget=forms.TextInput(attrs=_TEXT),
        error_messages={"required": _("Vul het merk en het type van de meter in.")},
    )
    serial = forms.CharField(
        label=_("Serienummer"),
        max_length=80,
        widget=forms.TextInput(attrs=_TEXT),
        error_messages={"required": _("Vul het serienummer van de meter in.")},
    )
    mid_marking = forms.CharField(
        label=_("MID-markering"),
        help_text=_("Zoals op het typeplaatje, bijvoorbeeld CE M25 0122."),
        max_length=20,
        required=False,
        widget=forms.TextInput(attrs=_TEXT),
    )
    mid_year = forms.IntegerField(
        label=_("Jaar op de markering"),
        required=False,
        min_value=2006,
        max_value=2100,
        widget=forms.TextInput(attrs={**_TEXT, "inputmode": "numeric"}),
        error_messages={"invalid": _("Schrijf een jaartal van vier cijfers.")},
    )
    installed_at = DayField(
        label=_("Ingebouwd op"),
        help_text=_("De dag die je kunt bewijzen. Bewijs geldt nooit voor wat ervoor geladen is."),
        required=False,
        widget=forms.DateInput(attrs={**_TEXT, "type": "date"}, format="%Y-%m-%d"),
        error_messages={"invalid": _("Schrijf een datum als 2026-12-31.")},
    )
    rolls_over_wh = forms.TypedChoiceField(
        label=_("Teller begint opnieuw na"),
        help_text=_(
            "Alleen bij een teller met weinig cijfers: anders lijkt de stand terug te lopen."
        ),
        required=False,
        coerce=int,
        empty_value=None,
        choices=[
            ("", _("nooit")),
            (str(10**7), _("10.000 kWh")),
            (str(10**8), _("100.000 kWh")),
            (str(10**9), _("1.000.000 kWh")),
        ],
        error_messages={"invalid_choice": _("Kies een stand uit de lijst.")},
        widget=forms.Select(attrs={"class": "form-select"}),
    )
