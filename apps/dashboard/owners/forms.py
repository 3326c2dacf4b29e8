"""What an owner fills in: a payer's code, a look for somebody else."""

import datetime as dt
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.utils.translation import gettext_lazy as _

from apps.accounts.access import Level
from apps.dashboard.days import DayField

LEVEL_CHOICES = [
    (Level.BASIC.value, _("meekijken: status van de palen")),
    (Level.SENSITIVE.value, _("inzien: ook sessies, passen en berichten")),
    (Level.OPERATE.value, _("bedienen: ook opdrachten en instellingen")),
    (Level.FINANCE.value, _("financiën: ook bedragen")),
]


class AdmitForm(forms.Form):
    """The code that the employer gave, and where it holds."""

    invite = forms.CharField(
        label=_("Code van de werkgever"),
        help_text=_("Twaalf letters en cijfers, bijvoorbeeld ABCD-EFGH-JKLM."),
        max_length=40,
        error_messages={"required": _("Vul de code in die de werkgever aan de medewerker gaf.")},
        widget=forms.TextInput(
            attrs={
                "class": "form-control lb-input-code",
                "autocomplete": "off",
                "spellcheck": "false",
            }
        ),
    )
    station = forms.ChoiceField(
        label=_("Waar de pas mag laden"),
        required=False,
        widget=forms.Select(attrs={"class": "form-select"}),
        error_messages={"invalid_choice": _("Kies een paal van deze locatie uit de lijst.")},
    )

    def __init__(self, *args: Any, stations: list[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["station"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101 - for the type checker
        field.choices = [
            ("", _("alle palen van deze locatie")),
            *((identity, identity) for identity in stations),
        ]


class GrantForm(forms.Form):
    """Who may look, how far, until when and why."""

    email = forms.EmailField(
        label=_("E-mailadres"),
        help_text=_("Van iemand die al een account bij Laadboek heeft."),
        error_messages={
            "required": _("Vul het e-mailadres in van wie je toegang geeft."),
            "invalid": _("Dit is geen e-mailadres. Schrijf het als naam@bedrijf.nl."),
        },
        widget=forms.EmailInput(attrs={"class": "form-control", "autocomplete": "off"}),
    )
    level = forms.TypedChoiceField(
        label=_("Wat mag deze persoon"),
        coerce=int,
        choices=LEVEL_CHOICES,
        initial=Level.SENSITIVE.value,
        error_messages={
            "required": _("Kies een niveau uit de lijst."),
            "invalid_choice": _("Kies een niveau uit de lijst."),
        },
        widget=forms.Select(attrs={"class": "form-select"}),
    )
    until = DayField(
        label=_("Tot en met"),
        required=False,
        help_text=_("Laat leeg als er geen einde is."),
        error_messages={"invalid": _("Dit is geen datum. Kies een dag of schrijf 2026-12-31.")},
        widget=forms.DateInput(
            attrs={"class": "form-control lb-input-short", "type": "date"}, format="%Y-%m-%d"
        ),
    )
    reason = forms.CharField(
        label=_("Reden"),
        max_length=200,
        help_text=_("Wie toegang heeft, leest mee waarom."),
        error_messages={
            "required": _("Schrijf waarom deze persoon toegang nodig heeft."),
            "max_length": _("Houd de reden korter dan 200 tekens."),
        },
        widget=forms.TextInput(attrs={"class": "form-control"}),
    )

    def __init__(self, *args: Any, today: dt.date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = today

    def clean_until(self) -> dt.date | None:
        """Refuse a day that is over: a look that has ended already helps nobody."""
        until: dt.date | None = self.cleaned_data["until"]
        if until is not None and until < self.today:
            raise forms.ValidationError(
                _("Deze dag is voorbij. Kies vandaag of later, of laat het leeg.")
            )
        return until


def end_of_day(date: dt.date | None, zone: ZoneInfo) -> dt.datetime | None:
    """Return the moment a local day is over, in UTC."""
    if date is None:
        return None
    after = dt.datetime.combine(date + dt.timedelta(days=1), dt.time(), zone)
    return after.astimezone(dt.UTC)
