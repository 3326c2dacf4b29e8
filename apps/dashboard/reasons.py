"""Why a session waits for a person, in words a person can act on."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

Text = Promise | str


@dataclass(frozen=True, slots=True)
class Story:
    """An exception in words: a short name, what happened, what it means, what we suggest."""

    name: Text
    title: Text
    happened: Text
    means: Text
    suggestion: Text


_ASKS_A_PERSON = _(
    "De overeenkomst betaalt deze klasse niet zonder beoordeling. Iemand moet dit bedrag "
    "goedkeuren of afwijzen."
)
_NEVER = _(
    "Klasse E wordt nooit betaald, ook niet na beoordeling: er is geen bedrag dat iemand kan "
    "narekenen."
)
_DECLINE = _("Wijs af met een toelichting, zodat deze sessie niet elke maand terugkomt.")
_HELD = _("Zolang dit open staat, heeft deze sessie geen bedrag. Er gaat niets verloren.")

# By reason of the close; a grade is told by its reason codes first.
STORIES: dict[str, Story] = {
    "no_agreement": Story(
        _("Geen overeenkomst"),
        _("Voor deze dag is er geen overeenkomst"),
        _("De pas hoort bij een medewerker, maar op de begindag gold geen overeenkomst."),
        _HELD,
        _("Maak een overeenkomst die op deze dag geldt, of wijs af als dit niet vergoed wordt."),
    ),
    "no_rate": Story(
        _("Tarief ontbreekt"),
        _("Voor deze dag is er geen tarief"),
        _("De overeenkomst heeft op de dag van deze sessie nog geen tarief."),
        _HELD,
        _("Voeg een tarief toe dat op deze dag geldt; het laatste tarief vullen we nooit zelf in."),
    ),
    "no_policy": Story(
        _("Geen regel voor dit land"),
        _("Voor dit land is niet vastgelegd welke klasse betaald wordt"),
        _("De laadpaal staat in een land waarvoor nog geen regel geldt op deze dag."),
        _HELD,
        _("Keur met een toelichting goed of wijs af."),
    ),
    "no_meter": Story(
        _("Meter onbekend"),
        _("Van deze laadpaal is geen meter bekend"),
        _("De sessie is gemeld, maar zonder gegevens van de meter."),
        _HELD,
        _("Vraag de installateur om de meter vast te leggen, of wijs af."),
    ),
    "no_energy": Story(
        _("Energie onbekend"),
        _("Van deze sessie is de energie niet bekend"),
        _("De paal stuurde geen begin- en eindstand die bij elkaar horen."),
        _HELD,
        _DECLINE,
    ),
    "register_already_settled": Story(
        _("Al afgerekend"),
        _("Deze kilowatturen zijn al afgerekend"),
        _("Hetzelfde stuk van de meterstand staat al in een andere afrekening."),
        _("Eén kilowattuur wordt één keer vergoed. Deze sessie krijgt geen bedrag."),
        _DECLINE,
    ),
}
_DEFAULT = Story(
    _("Te beoordelen"),
    _("Deze sessie vraagt een beoordeling"),
    _("De sessie voldoet niet aan de regel die zonder beoordeling betaalt."),
    _ASKS_A_PERSON,
    _("Keur met een toelichting goed of wijs af."),
)
_BY_CODE: dict[str, Story] = {
    "NO_STOP": Story(
        _("Eindstand uit laatste meting"),
        _("De paal meldde nooit het einde van deze sessie"),
        _(
            "Na de laatste meting kwam er geen eindbericht meer. De eindstand is daarom die "
            "laatste meting: er kan iets te weinig staan, niet te veel."
        ),
        _ASKS_A_PERSON,
        _("Goedkeuren op de laatste meting: meer heeft de meter niet laten zien."),
    ),
    "CLOCK_SKEW": Story(
        _("Klok week af"),
        _("De klok van de paal liep niet gelijk"),
        _("De energie klopt, maar de tijden van begin en einde kunnen verschoven zijn."),
        _ASKS_A_PERSON,
        _("Goedkeuren als de sessie niet om middernacht van een tariefwissel ligt."),
    ),
    "TIME_SUBSTITUTED": Story(
        _("Tijd vervangen"),
        _("De paal gaf een tijd die niet kan"),
        _("De tijd van ontvangst is gebruikt in plaats van de tijd die de paal noemde."),
        _ASKS_A_PERSON,
        _("Goedkeuren als de maand klopt; de meterstanden zijn niet aangepast."),
    ),
    "OFFLINE_WITHOUT_BEGIN": Story(
        _("Later gemeld"),
        _("De paal was niet verbonden toen deze sessie begon"),
        _("De sessie is later gemeld, zonder meting van het begin."),
        _ASKS_A_PERSON,
        _("Goedkeuren als de beginstand aansluit op de sessie ervoor."),
    ),
    "RECONSTRUCTED": Story(
        _("Sessie teruggevonden"),
        _("Deze sessie is uit losse metingen samengesteld"),
        _("De paal meldde begin of einde niet; de meterstanden komen uit de metingen ertussen."),
        _ASKS_A_PERSON,
        _("Goedkeuren als de standen aansluiten op de sessie ervoor en erna."),
    ),
    "INTERPOLATED": Story(
        _("Stand berekend"),
        _("Een meterstand is tussen twee metingen berekend"),
        _("Op de grens zelf kwam geen meting; de stand is naar tijd verdeeld."),
        _ASKS_A_PERSON,
        _("Goedkeuren als het verschil klein is: de som van de energie klopt wel."),
    ),
    "BEGIN_SUBSTITUTED": Story(
        _("Beginstand vervangen"),
        _("De paal gaf geen bruikbare beginstand"),
        _("De beginstand komt uit de eerste meting van deze sessie."),
        _ASKS_A_PERSON,
        _("Goedkeuren op de eerste meting: wat daarvoor is geladen, telt niet mee."),
    ),
    "REGISTER_DECREASED": Story(
        _("Meterstand liep terug"),
        _("De eindstand is lager dan de beginstand"),
        _("Een meterstand kan niet teruglopen. De meter is gewisseld, op nul gezet of defect."),
        _NEVER,
        _DECLINE,
    ),
    "OVERLAP": Story(
        _("Twee sessies overlappen"),
        _("Twee sessies op dezelfde connector overlappen"),
        _("Op dezelfde tijd en plek is een andere sessie gemeld. De latere telt niet mee."),
        _NEVER,
        _DECLINE,
    ),
    "IMPLAUSIBLE_POWER": Story(
        _("Meer dan mogelijk"),
        _("Er is meer energie gemeld dan deze paal kan leveren"),
        _("De meterstanden passen niet bij de duur en het vermogen van de paal."),
        _NEVER,
        _DECLINE,
    ),
    "NO_REGISTERS": Story(
        _("Geen meterstanden"),
        _("De paal stuurde geen meterstanden"),
        _("Zonder begin- en eindstand is er geen energie om af te rekenen."),
        _NEVER,
        _DECLINE,
    ),
    "SIGNATURE_INVALID": Story(
        _("Handtekening klopt niet"),
        _("De handtekening van de meter klopt niet"),
        _("De ondertekende meting is veranderd nadat de meter haar maakte."),
        _NEVER,
        _DECLINE,
    ),
    "NO_FRAMES": Story(
        _("Berichten ontbreken"),
        _("De berichten van begin of einde ontbreken"),
        _("De meterstanden zijn bekend, maar het bericht van de paal zelf is er niet meer."),
        _ASKS_A_PERSON,
        _("Goedkeuren als de stand aansluit op de sessie ervoor en erna."),
    ),
}
_BY_CODE["END_SUBSTITUTED"] = _BY_CODE["NO_STOP"]
_NO_EVIDENCE = Story(
    _("Geen meterbewijs"),
    _("Van deze meter is nog geen bewijs vastgelegd"),
    _("Begin- en eindstand zijn schoon, maar het bewijs van de meter ontbreekt op deze dag."),
    _ASKS_A_PERSON,
    _("Vraag de installateur om het meterbewijs, of keur met een toelichting goed."),
)


def story_of(reason: str, codes: Sequence[str]) -> Story:
    """Return the words for an exception: `reason` of the close, `codes` of the record's grade."""
    if reason in STORIES:
        return STORIES[reason]
    for code in codes:
        if code in _BY_CODE:
            return _BY_CODE[code]
    if reason == "grade_E":
        return Story(
            _("Niet af te rekenen"),
            _("Deze sessie is niet af te rekenen"),
            _("Uit de meterstanden volgt geen bedrag dat iemand kan narekenen."),
            _NEVER,
            _DECLINE,
        )
    return _NO_EVIDENCE if "NO_MID_EVIDENCE" in codes else _DEFAULT
