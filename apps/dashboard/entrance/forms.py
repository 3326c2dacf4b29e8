"""Log in, change a password, choose a language."""

from typing import Any

from django import forms
from django.conf import settings
from django.contrib.auth.forms import AuthenticationForm, PasswordChangeForm
from django.utils.translation import gettext_lazy as _

from apps.dashboard.entrance import throttle

THEME_CHOICES = [("", _("zoals dit apparaat")), ("light", _("licht")), ("dark", _("donker"))]


class LoginForm(AuthenticationForm):
    """E-mail address and password."""

    error_messages = {
        "invalid_login": _(
            "Dit e-mailadres en dit wachtwoord horen niet bij elkaar. Kijk of het adres klopt en "
            "typ het wachtwoord opnieuw; hoofdletters tellen mee."
        ),
        "inactive": _("Dit account is gesloten. Vraag de beheerder van je organisatie."),
        "too_fast": _(
            "Te veel pogingen voor dit account. Wacht een minuut en probeer het dan opnieuw. "
            "Wachtwoord kwijt? De beheerder van je organisatie kan een nieuw account maken."
        ),
    }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["username"].label = _("E-mailadres")
        self.fields["username"].widget = forms.EmailInput(
            attrs={"class": "form-control", "autocomplete": "username", "autofocus": True}
        )
        self.fields["password"].label = _("Wachtwoord")
        self.fields["password"].widget = forms.PasswordInput(
            attrs={"class": "form-control", "autocomplete": "current-password"}
        )
        self.fields["username"].error_messages["required"] = _("Vul je e-mailadres in.")
        self.fields["password"].error_messages["required"] = _("Vul je wachtwoord in.")

    def clean_username(self) -> str:
        """Addresses are kept in lower case."""
        return str(self.cleaned_data["username"]).strip().lower()

    def clean(self) -> dict[str, Any]:
        """Check the password, unless this goes too fast."""
        account = str(self.cleaned_data.get("username", ""))
        address = self.request.META.get("REMOTE_ADDR", "") if self.request else ""
        if throttle.is_too_fast(account, address):
            raise forms.ValidationError(self.error_messages["too_fast"], code="too_fast")
        cleaned = super().clean()
        throttle.forgive(account, address)
        return cleaned


class OwnPasswordForm(PasswordChangeForm):
    """The old password once, the new one twice."""

    error_messages = {
        **PasswordChangeForm.error_messages,
        "password_incorrect": _("Dit is niet je huidige wachtwoord. Typ het opnieuw."),
        "password_mismatch": _("De twee nieuwe wachtwoorden zijn niet gelijk. Typ ze opnieuw."),
        "too_fast": _("Te veel pogingen. Wacht een minuut en probeer het dan opnieuw."),
    }

    def __init__(self, *args: Any, address: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.address = address
        labels = {
            "old_password": (_("Huidig wachtwoord"), _("Vul je huidige wachtwoord in.")),
            "new_password1": (_("Nieuw wachtwoord"), _("Vul een nieuw wachtwoord in.")),
            "new_password2": (
                _("Nieuw wachtwoord, nog een keer"),
                _("Vul het nieuwe wachtwoord nog een keer in."),
            ),
        }
        for name, (label, missing) in labels.items():
            self.fields[name].label = label
            self.fields[name].error_messages["required"] = missing
            self.fields[name].help_text = ""
            self.fields[name].widget.attrs["class"] = "form-control"
        self.fields["new_password1"].help_text = _("Minstens 8 tekens, en geen veelgebruikt woord.")

    def clean_old_password(self) -> str:
        """Check the password, unless this goes too fast: an open page may be somebody else's."""
        account = f"old:{self.user.pk}"
        if throttle.is_too_fast(account, self.address):
            raise forms.ValidationError(self.error_messages["too_fast"], code="too_fast")
        old = super().clean_old_password()
        throttle.forgive(account, self.address)
        return old


class PreferencesForm(forms.Form):
    """Language and theme of one person."""

    language = forms.ChoiceField(
        label=_("Taal"),
        required=False,
        choices=[("", _("zoals de browser")), *settings.LANGUAGES],
        widget=forms.Select(attrs={"class": "form-select lb-input-short"}),
    )
    theme = forms.ChoiceField(
        label=_("Kleuren"),
        required=False,
        choices=THEME_CHOICES,
        widget=forms.Select(attrs={"class": "form-select lb-input-short"}),
    )
