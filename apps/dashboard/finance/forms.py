"""What finance fills in: agreements, rates, invitations."""

from decimal import Decimal, InvalidOperation
from typing import Any

from django import forms
from django.utils.translation import gettext, gettext_lazy as _

from apps.dashboard import formats
from apps.dashboard.days import DayField

_DATE_ERRORS = {
    "required": _("Kies de eerste dag waarop dit geldt."),
    "invalid": _("Dit is geen datum. Kies een dag of schrijf 2026-10-01."),
}


def date_field(label: Any, help_text: Any) -> DayField:
    """Make a field for one day."""
    return DayField(
        label=label,
        help_text=help_text,
        error_messages=_DATE_ERRORS,
        widget=forms.DateInput(
            attrs={"class": "form-control lb-input-short", "type": "date"}, format="%Y-%m-%d"
        ),
    )


class RateField(forms.CharField):
    """A rate in euro per kWh, written the way the page's language writes numbers."""

    def __init__(self, **kwargs: Any) -> None:
        attrs = {
            "class": "form-control lb-input-short lb-number",
            "inputmode": "decimal",
            "autocomplete": "off",
        }
        super().__init__(widget=forms.TextInput(attrs=attrs), max_length=20, **kwargs)

    def clean(self, value: Any) -> Any:
        """Read a number; a decimal mark of another language is asked about, never guessed."""
        text = super().clean(value)
        if not text:
            return None
        mark, other = (",", ".") if formats.language() == "nl" else (".", ",")
        if other in text:
            right = text.replace(other, mark)
            raise forms.ValidationError(
                gettext("Schrijf %(right)s. Het teken %(wrong)s scheidt hier duizendtallen.")
                % {"right": right, "wrong": other}
            )
        try:
            return Decimal(text.replace(mark, "."))
        except InvalidOperation as error:
            example = "0,28900" if mark == "," else "0.28900"
            raise forms.ValidationError(
                gettext("Dit is geen tarief. Schrijf bijvoorbeeld %(example)s.")
                % {"example": example}
            ) from error


class RateForm(forms.Form):
    """A rate and the day it begins."""

    valid_from = date_field(_("Ingangsdatum"), _("Eerste dag waarop dit tarief geldt, 00:00."))
    rate = RateField(
        label=_("Tarief per kWh"),
        help_text=_("In euro, tot vijf cijfers achter de komma."),
        error_messages={"required": _("Vul het tarief per kWh in.")},
    )
    untaxed_up_to = RateField(
        label=_("Onbelast tot"),
        required=False,
        help_text=_("In euro per kWh. Wat erboven komt, is loon. Leeg: alles is onbelast."),
    )
    source = forms.CharField(
        label=_("Onderbouwing"),
        required=False,
        max_length=200,
        help_text=_("Waar het tarief op rust, bijvoorbeeld het contract met de leverancier."),
        widget=forms.TextInput(attrs={"class": "form-control"}),
    )


class AgreementForm(RateForm):
    """The first rate of an agreement, and from which grade on it pays unasked."""

    minimum_grade = forms.ChoiceField(
        label=_("Betaalt zonder beoordeling"),
        required=False,
        choices=[
            ("", _("volgens de regel van het land")),
            ("C", _("vanaf klasse C")),
            ("B", _("vanaf klasse B")),
            ("A", _("alleen klasse A")),
        ],
        error_messages={"invalid_choice": _("Kies een klasse uit de lijst.")},
        widget=forms.Select(attrs={"class": "form-select"}),
    )
    field_order = ("valid_from", "rate", "untaxed_up_to", "minimum_grade", "source")


class InviteForm(forms.Form):
    """Whose cards the organisation pays for."""

    employee = forms.TypedChoiceField(
        label=_("Medewerker"),
        coerce=int,
        error_messages={
            "required": _("Kies een medewerker."),
            "invalid_choice": _("Kies een medewerker uit de lijst."),
        },
        widget=forms.Select(attrs={"class": "form-select"}),
    )
    tokens = forms.CharField(
        label=_("Passen"),
        help_text=_("Het nummer dat de pas aan de paal geeft, één per regel."),
        max_length=2000,
        error_messages={"required": _("Noem minstens één pas van deze medewerker.")},
        widget=forms.Textarea(
            attrs={"class": "form-control lb-mono", "rows": 3, "spellcheck": "false"}
        ),
    )

    def __init__(self, *args: Any, employees: list[tuple[int, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["employee"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101 - for the type checker
        field.choices = [("", gettext("Kies een medewerker")), *employees]

    def clean_tokens(self) -> list[str]:
        """Return one card a line, each once."""
        cards = [line.strip() for line in self.cleaned_data["tokens"].splitlines()]
        found = list(dict.fromkeys(card for card in cards if card))
        long = next((card for card in found if len(card) > 255), None)
        if not found:
            raise forms.ValidationError(gettext("Noem minstens één pas van deze medewerker."))
        if long:
            raise forms.ValidationError(gettext("Een pasnummer heeft hoogstens 255 tekens."))
        return found
