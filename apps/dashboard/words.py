"""Codes of the domain in the words of the pages."""

from django.utils.translation import gettext as _

GRADES = "ABCDE"


def grade_title(letter: str) -> str:
    """Return what a grade says, in a few words."""
    return {
        "A": _("Klasse A: volledig bewezen"),
        "B": _("Klasse B: meter met bewijs"),
        "C": _("Klasse C: schone standen, geen meterbewijs"),
        "D": _("Klasse D: iets is vervangen of geschat"),
        "E": _("Klasse E: niet af te rekenen"),
    }.get(letter, _("Nog geen klasse"))


def grade_text(letter: str) -> str:
    """Return what follows from a grade."""
    return {
        "A": _("De meter tekende begin en einde, en de handtekening klopt."),
        "B": _("Begin- en eindstand zijn schoon, en van de meter is bewijs bekend."),
        "C": _("Begin- en eindstand zijn schoon; van de meter is die dag geen bewijs bekend."),
        "D": _("De energie is bruikbaar, maar een mens moet eerst kijken."),
        "E": _("Deze sessie telt niet mee in een bedrag."),
    }.get(letter, _("De klasse komt zodra de sessie klaar is en is nagekeken."))


def reason(code: str) -> str:
    """Return a reason code in words; an unknown one is shown as it is."""
    return {
        "NO_MID_EVIDENCE": _("Van de meter is op die dag geen MID-bewijs bekend"),
        "BEGIN_SUBSTITUTED": _("De beginstand is vervangen door een andere meting"),
        "END_SUBSTITUTED": _("De eindstand komt uit de laatste meting, het einde zelf ontbrak"),
        "TIME_SUBSTITUTED": _("De tijd van de paal was onbruikbaar; de tijd van ontvangst telt"),
        "INTERPOLATED": _("Een stand op een grens is berekend tussen twee metingen"),
        "CLOCK_SKEW": _("De klok van de paal week te veel af"),
        "TIME_NOT_SYNCHRONISED": _("De klok van de meter was niet gelijkgezet"),
        "OFFLINE_WITHOUT_BEGIN": _("De sessie kwam later binnen, zonder begin"),
        "RECONSTRUCTED": _("De sessie is samengesteld uit metingen"),
        "CLOSED_BY_NEXT_REGISTER": _("De eindstand is gelijk aan de volgende bekende stand"),
        "REGISTER_SCALE_MIXED": _(
            "Meterstanden op verschillende schalen zijn op één schaal gebracht"
        ),
        "REGISTER_DECREASED": _("De meterstand liep terug"),
        "NO_REGISTERS": _("Er zijn geen meterstanden"),
        "NO_STOP": _("De paal meldde geen einde"),
        "WRONG_LOCATION": _("De metingen zijn niet op het laadpunt gedaan"),
        "PHASE_ONLY": _("Er zijn alleen metingen per fase"),
        "IMPLAUSIBLE_POWER": _("Zoveel energie kan deze paal in die tijd niet leveren"),
        "OVERLAP": _("Op dezelfde connector liep een andere sessie"),
        "TXID_CONNECTOR_MISMATCH": _("Het transactienummer hoort bij een andere connector"),
        "TXID_REUSED": _("Het transactienummer is eerder gebruikt"),
        "SIGNATURE_INVALID": _("De handtekening van de meter klopt niet"),
        "INTERMEDIATE_SIGNATURE_INVALID": _("Een handtekening onderweg klopt niet"),
        "SIGNED_RECORD_REUSED": _("Een getekende stand is eerder gebruikt"),
        "KEY_UNKNOWN": _("De sleutel van de meter is niet geregistreerd"),
        "KEY_MISMATCH": _("De meter tekende met een andere sleutel dan geregistreerd"),
        "ID_NOT_ASSURED": _("Wie laadde, is niet zeker"),
        "METER_NOT_INTEGRATED": _("De meter zit niet in de paal"),
        "SOURCE_UNAUTHENTICATED": _("De paal bewees niet wie hij is"),
        "NO_FRAMES": _("De berichten van de paal ontbreken"),
        "LATE": _("Later binnengekomen: de paal was offline"),
        "SUPERSEDED": _("Beëindigd door de volgende start op deze connector"),
        "UNAUTHORISED": _("De start was niet toegestaan"),
        "JOINED": _("Het einde is gevonden op tijd en meterstand"),
        "LATE_STOP": _("Het echte einde kwam later alsnog"),
        "LATE_START": _("Het echte begin kwam later alsnog"),
    }.get(code, code)


def source(code: str) -> str:
    """Return where a register comes from."""
    return {
        "start": _("startbericht van de paal"),
        "stop": _("stopbericht van de paal"),
        "context": _("meting bij begin of einde"),
        "reading": _("tussentijdse meting"),
        "next_start": _("start van de volgende sessie"),
        "signed": _("getekend door de meter"),
        "reconstructed": _("teruggerekend uit metingen"),
        "none": _("niet bekend"),
        "": _("niet bekend"),
    }.get(code, code)


def role(code: str) -> str:
    """Return what people call a role."""
    return {
        "administrator": _("beheerder"),
        "installer": _("installateur"),
        "operator": _("operator"),
        "finance": _("medewerker van financiën"),
        "employee": _("medewerker"),
        "auditor": _("auditor"),
        "site_owner": _("eigenaar van een locatie"),
    }.get(code, code)


def remark(text: str) -> str:
    """Return why a frame is doubtful; what has no words of its own stays as it was noted."""
    return {
        "no OCPP frame": _("dit is geen OCPP-bericht"),
        "message type": _("dit soort bericht kent OCPP 1.6 niet"),
        "message id": _("het bericht heeft geen leesbaar nummer"),
        "number of elements": _("het bericht heeft te veel of te weinig delen"),
        "action is no text": _("het soort bericht is geen tekst"),
        "too deep": _("het bericht is te diep genest"),
        "stray comma": _("er stonden komma's te veel in"),
        "late answer": _("het antwoord kwam te laat"),
        "answer to nothing": _("antwoord op iets wat niet is gevraagd"),
    }.get(text, text)


def command(kind: str) -> str:
    """Return the name of a command."""
    return {
        "start-charging": _("Sessie starten"),
        "stop-charging": _("Sessie beëindigen"),
        "reset": _("Herstarten"),
        "unlock": _("Kabel vrijgeven"),
        "set-availability": _("In of uit gebruik"),
        "trigger": _("Bericht opvragen"),
        "clear-cache": _("Passengeheugen wissen"),
        "get-config": _("Instellingen lezen"),
        "set-config": _("Instelling wijzigen"),
        "local-list-version": _("Versie van de passenlijst lezen"),
        "reserve": _("Reserveren"),
        "cancel-reservation": _("Reservering opheffen"),
        "set-profile": _("Laadprofiel geven"),
        "clear-profile": _("Laadprofielen wissen"),
        "get-composite": _("Laadschema lezen"),
        "update-firmware": _("Firmware bijwerken"),
        "fetch-log": _("Logboek ophalen"),
        "install-cert": _("Certificaat toevoegen"),
        "data-transfer": _("Bericht van de fabrikant"),
        "list-certs": _("Certificaten lezen"),
        "delete-cert": _("Certificaat verwijderen"),
    }.get(kind, kind)


def connection_end(cause: str) -> str:
    """Return why a connection ended."""
    return {
        "station": _("de paal sloot af"),
        "line": _("lijn viel weg"),
        "newer": _("paal meldde zich opnieuw"),
        "restart": _("wij herstartten"),
        "flood": _("te veel berichten ineens"),
        "rules": _("ongeldig websocket-bericht"),
        "store": _("onze database was even weg"),
        "lost": _("onze server viel uit"),
        "": _("niet gezien"),
    }[cause]


def connection_advice(cause: str) -> str:
    """Return what a person can do about connections that end so; empty: nothing."""
    return {
        "line": _(
            "Kijk naar het bereik van de simkaart, de antenne of de netwerkkabel, en of de paal "
            "spanning houdt."
        ),
        "newer": _(
            "De paal merkte een dode lijn eerder dan wij. Gebeurt het vaak, zet dan "
            "WebSocketPingInterval op hoogstens 60."
        ),
        "flood": _("Laat de paal minder vaak meten, of vraag de fabrikant om nieuwe firmware."),
        "rules": _("Vraag de fabrikant om nieuwe firmware."),
        "": _("Onze server viel uit voor hij het einde kon opschrijven; geteld tot de volgende."),
        "station": _(
            "Meestal een herstart van de paal; kijk in de berichten wat eraan voorafging."
        ),
    }.get(cause, "")


def setting_state(state: str) -> str:
    """Return how a setting stands to what settling needs."""
    return {
        "met": _("goed"),
        "differs": _("wijkt af"),
        "fixed": _("ligt vast"),
        "absent": _("ontbreekt"),
        "unknown": _("nog niet gelezen"),
    }[state]


def setting_rule(variable: str) -> str:
    """Return what goes wrong in settling without a setting."""
    return {
        "ClockAlignedDataInterval": _(
            "Een meterstand op elk kwartier: nodig als een tarief wisselt."
        ),
        "MeterValuesAlignedData": _("Die kwartierstand is de stand van de meter."),
        "MeterValueSampleInterval": _("Een meting tussendoor, voor als het einde ontbreekt."),
        "MeterValuesSampledData": _("Die meting is de stand van de meter."),
        "StopTxnSampledData": _("Begin- en eindstand staan ook in het stopbericht."),
        "StopTxnAlignedData": _("De kwartierstanden staan ook in het stopbericht."),
        "LocalAuthorizeOffline": _("Zonder verbinding kan een bekende pas laden."),
        "StopTransactionOnInvalidId": _("Een geweigerde pas laadt niet door."),
        "TransactionMessageAttempts": _("Een start of stop die niet aankomt, wordt herhaald."),
        "TransactionMessageRetryInterval": _("En niet pas na een uur."),
        "ConnectionTimeOut": _("Na het aanbieden van de pas is er tijd om de stekker te pakken."),
        "HeartbeatInterval": _("Niet vaker dan nodig: elk bericht kost data."),
        "WebSocketPingInterval": _("Een verbroken verbinding wordt snel gemerkt."),
    }[variable]


def session_state(state: str) -> tuple[str, str]:
    """Return the shape and the word of a session's state."""
    return {
        "active": ("go", _("loopt")),
        "closed": ("warn", _("klaar, wordt nagekeken")),
        "settled": ("ok", _("afgerekend")),
        "refused": ("bad", _("geweigerd")),
    }.get(state, ("off", state))


def card_status(code: str) -> str:
    """Return what a station was told of the card of a start."""
    return {
        "Accepted": _("toegelaten"),
        "Blocked": _("geweigerd: geblokkeerd"),
        "Expired": _("geweigerd: verlopen"),
        "Invalid": _("geweigerd: onbekend of hier niet geldig"),
        "ConcurrentTx": _("geweigerd: laadde al ergens anders"),
    }.get(code, code)


def card_refused(reason: str) -> str:
    """Return why we refused the card of a start that was ordered, and what to do."""
    return {
        "elsewhere": _("De paal begon, maar deze pas laadt al ergens anders. Kies een andere pas."),
        "blocked": _("De paal begon, maar deze pas is geblokkeerd. Geef hem vrij bij Passen."),
        "blocked_by_payer": _("De paal begon, maar de betaler heeft deze pas geblokkeerd."),
        "expired": _("De paal begon, maar deze pas is verlopen. Verleng hem bij Passen."),
        "not_yet_valid": _("De paal begon, maar deze pas geldt nog niet."),
        "not_here": _("De paal begon, maar deze pas mag hier niet laden."),
    }.get(reason, _("De paal begon, maar deze pas is niet bekend. Voeg hem toe bij Passen."))
