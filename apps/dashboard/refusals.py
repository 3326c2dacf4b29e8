"""Refusals of the domain in the words of the pages: what happened, and what to do."""

from collections.abc import Mapping

from django import forms
from django.utils.translation import gettext as _

from apps.core.refused import Refused


def say(error: Refused) -> str:
    """Return what a person reads; a reason without words of its own says the domain's."""
    return {
        "identity_illegal": _(
            "Deze naam kan niet. Neem 1 tot 48 gewone tekens, zonder : / \\ of procentteken."
        ),
        "identity_taken": _("Er is al een paal met deze naam. Kies een andere naam."),
        "ean_illegal": _("Een EAN heeft 18 cijfers."),
        "ean_other": _("Deze locatie heeft al een andere EAN."),
        "key_illegal": _("Een sleutel heeft 16 tot 40 leesbare tekens en geen spaties."),
        "import_no_table": _("Dit bestand is geen tabel. Bewaar het als CSV."),
        "import_large": _("Het bestand is groter dan 1 MB; splits het."),
        "import_long": _("Een bestand heeft hoogstens 2000 regels; splits het."),
        "import_empty": _("Onder de eerste regel staat niets."),
        "import_header": _("De eerste regel noemt geen kolom naam."),
        "import_twice": _("Een kolom staat er twee keer."),
        "import_column": _("Een kolom is onbekend; bekend zijn naam, locatie, ean en sleutel."),
        "import_done": _("Dit bestand is al geïmporteerd."),
        "import_not_done": _("Er is niets om terug te nemen."),
        "import_problems": _(
            "Een regel kan niet worden geïmporteerd; er is niets veranderd. Controleer het bestand "
            "opnieuw."
        ),
        "import_in_use": _("Een paal uit dit bestand heeft zich al gemeld; er is niets veranderd."),
        "key_by_itself": _("De sleutel van een paal wijzig je niet als gewone instelling."),
        "site_name_long": _("De naam van een locatie heeft hoogstens 120 tekens."),
        "site_name_empty": _("Geef de locatie een naam."),
        "site_name_taken": _("Er is al een locatie met deze naam. Kies een andere naam."),
        "serial_empty": _("Vul het serienummer van de meter in."),
        "installed_later": _("De dag van inbouw ligt in de toekomst. Kies vandaag of eerder."),
        "token_empty": _("Vul het nummer in dat de pas draagt."),
        "token_illegal": _(
            "Een pasnummer heeft hoogstens 36 letters, cijfers en tekens als - _ : en punt."
        ),
        "token_busy": _("Deze pas laadt al. Kies een andere pas."),
        "token_exists": _("Deze pas staat er al. Zoek hem in de lijst."),
        "token_unknown": _("Deze pas staat niet in jouw organisatie."),
        "validity_empty": _("Het einde ligt vóór het begin. Kies een later einde."),
        "validity_past": _("Deze dag is voorbij. Kies vandaag of later, of laat het veld leeg."),
        "person_unknown": _(
            "Niemand in deze organisatie heeft dit e-mailadres. Kijk of het klopt."
        ),
        "site_unknown": _("Deze locatie bestaat hier niet."),
        "station_unknown": _("Deze paal bestaat hier niet."),
        "argument_wrong": _("Er ontbreekt een gegeven. Kies alles en probeer het opnieuw."),
        "invite_unknown": _(
            "Deze code kennen we niet, of hij is al gebruikt, of hij is ouder dan 14 dagen. Er is "
            "niets veranderd. Kijk of je hem goed overnam, of vraag de werkgever om een nieuwe."
        ),
        "card_already_claimed": _(
            "Voor een van deze passen betaalt op deze locatie al een ander. Er is niets veranderd. "
            "Stop eerst die toegang en vul de code dan opnieuw in."
        ),
        "link_unknown": _("Deze toegang is al gestopt."),
        "grant_unknown": _("Deze toegang is al ingetrokken."),
        "reason_empty": _("Schrijf waarom. De reden blijft bij het besluit staan."),
        "token_missing": _("Noem minstens één pas van deze medewerker."),
        "rate_illegal": _(
            "Een tarief ligt tussen 0 en 10 euro per kWh en heeft hoogstens vijf cijfers achter de "
            "komma."
        ),
        "rate_not_newest": _(
            "Er geldt vanaf deze dag of later al een tarief, en dat verandert niet meer. Kies "
            "een latere datum."
        ),
        "month_closed": _(
            "Deze dag ligt in een gesloten maand, en die verandert niet meer. Kies een latere "
            "datum."
        ),
        "agreement_exists": _(
            "Voor deze medewerker en plek is er in deze tijd al een overeenkomst. Er is niets "
            "gemaakt."
        ),
        "decided_before": _(
            "Een collega heeft hier zojuist over besloten. Je besluit is niet bewaard."
        ),
        "settled_already": _("Deze sessie staat al op een staat. Je besluit is niet bewaard."),
        "grade_e": _("Klasse E wordt nooit betaald. Afwijzen kan wel."),
        "month_not_over": _(
            "Deze maand is nog niet voorbij. Er is niets gesloten. Kom terug als de maand om is."
        ),
        "later_month_closed": _(
            "Een latere maand is al gesloten. Wat van deze maand overbleef, staat daarin. Er is "
            "niets gesloten."
        ),
    }.get(error.reason, str(error))


def put_in_form(
    form: forms.BaseForm, error: Refused, *, names: Mapping[str, str] | None = None
) -> None:
    """Show a refusal at the field it is about; `names` says what a form calls a field."""
    name = (names or {}).get(error.field, error.field)
    form.add_error(name if name in form.fields else None, say(error))
