"""Refusals of the domain in the words of the pages: what happened, and what to do."""

from django.utils.translation import gettext as _

from apps.core.refused import Refused


def say(error: Refused) -> str:
    """Return what a person reads; a reason without words of its own says the domain's."""
    return {
        "identity_illegal": _(
            "Deze naam kan niet. Neem 1 tot 48 gewone tekens, zonder : / \\ of procentteken."
        ),
        "identity_taken": _("Er is al een paal met deze naam. Kies een andere naam."),
        "site_name_long": _("De naam van een locatie heeft hoogstens 120 tekens."),
        "site_name_empty": _("Geef de locatie een naam."),
        "site_name_taken": _("Er is al een locatie met deze naam. Kies een andere naam."),
        "serial_empty": _("Vul het serienummer van de meter in."),
        "installed_later": _("De dag van inbouw ligt in de toekomst. Kies vandaag of eerder."),
        "token_empty": _("Vul het nummer in dat de pas draagt."),
        "token_illegal": _("Een pasnummer heeft hoogstens 36 leesbare tekens."),
        "token_exists": _("Deze pas staat er al. Zoek hem in de lijst."),
        "token_unknown": _("Deze pas staat niet in jouw organisatie."),
        "validity_empty": _("Het einde ligt vóór het begin. Kies een later einde."),
        "person_unknown": _(
            "Niemand in deze organisatie heeft dit e-mailadres. Kijk of het klopt."
        ),
        "site_unknown": _("Deze locatie bestaat hier niet."),
        "station_unknown": _("Deze paal bestaat hier niet."),
        "argument_wrong": _("Er ontbreekt een gegeven. Kies alles en probeer het opnieuw."),
    }.get(error.reason, str(error))
