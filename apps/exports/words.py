"""The words of documents: impersonal, complete, in Dutch and in English."""

WORDS: dict[str, dict[str, str]] = {
    "nl": {
        "title": "Vergoedingsstaat thuisladen",
        "period": "1 tot en met {last} {month} {year}, tijden in {zone}",
        "employee": "Medewerker",
        "statement": "Staat",
        "meter": "Meter en laadpaal",
        "closed_on": "gesloten op {date}",
        "agreement": "overeenkomst {name}",
        "rates": "tarief versie {versions}",
        "masked_ean": "EAN {ean}",
        "serial": "meter {meter}",
        "no_serial": "meter zonder bekend serienummer",
        "no_mid": "geen MID-bewijs vastgelegd",
        "begin": "Begin",
        "end": "Einde",
        "begin_wh": "Begin Wh",
        "end_wh": "Eind Wh",
        "energy": "Energie kWh",
        "rate": "€ per kWh",
        "grade": "Klasse",
        "amount": "Bedrag €",
        "parts": "{count} delen",
        "sessions_in": "Sessies in {month}",
        "total": "Vergoeding",
        "untaxed": "waarvan onbelast",
        "taxable": "waarvan loon (boven het onbelaste maximum)",
        "no_regular": "Geen sessies in {month}",
        "late": "Later binnengekomen: {month} was al gesloten.",
        "credit": "Correctie op {statement} regel {line}",
        "annulled": "Vervallen: ingetrokken door de beheerder, er is niets verrekend.",
        "stop_replaced": "de laadpaal meldde later een andere eindstand",
        "part": "{kwh} kWh tegen {rate}",
        "until": " (tot {moment})",
        "and": " en ",
        "split": "Regel {line} bestaat uit {count} delen: {parts}, samen {exact}.",
        "clock": "Regel {line} loopt door een nacht waarin de klok verspringt: begin {begin}, "
        "einde {end}, {duration}.",
        "doubt": "Regel {lines} heeft klasse D",
        "doubts": "Regels {lines} hebben klasse D",
        "line": "Regel {lines}:",
        "lines": "Regels {lines}:",
        "closed_by_next": "De eindstand is gelijk aan de eerstvolgende stand van dezelfde meter.",
        "decided": "Betaald op gezag van {name}, {date}: {reason}",
        "basis": "Grondslag",
        "basis_text": "Vergoeding van elektriciteit voor de auto van de zaak, volgens "
        "overeenkomst {agreement}. {rates} Elk bedrag is per regel één keer afgerond op centen, "
        "half omhoog. Er is geen btw berekend: dit is een vergoeding en geen factuur.",
        "rate_text": "Tarief {rate} per kWh vanaf {date}{source}.",
        "ceiling_text": "Tot {cap} per kWh is de vergoeding onbelast, wat erboven ligt is loon; "
        "het onbelaste deel is naar beneden afgerond.",
        "grades": "Afrekenklasse",
        "grades_text": "A: getekende begin- en eindstand, handtekening geldig met geregistreerde "
        "sleutel. B: begin- en eindstand van een meter met MID-bewijs. C: begin- en eindstand "
        "zonder MID-bewijs. D: energie bruikbaar, iets is vervangen; alleen betaald na een "
        "beslissing van een persoon, of als de volgende stand het bevestigt. E: nooit betaald.",
        "made": "Vastgesteld",
        "objection": "Bezwaar",
        "objection_text": "Bezwaar tegen een regel kan tot en met {date} bij de "
        "salarisadministratie van {payer}.",
        "check": "Zelf narekenen",
        "check_text": "Dit document draagt het bestand {file} in zich, met van elke regel de "
        "meterstanden, de energie per kwartier, de tarieven en de verzegelde berichten van de "
        "laadpaal. Energie maal tarief per deel, opgeteld en één keer afgerond, geeft het bedrag "
        "van de regel. De berichten zijn met hun keten van hashes na te gaan zonder Laadboek.",
        "footer": "{number}, opgemaakt met Laadboek op {moment}. Bewijs: sha256 {hash}",
        "page": "pagina",
        "of": "van",
        "attachment": "meterstanden, kwartieren, tarieven en berichten achter elke regel",
    },
    "en": {
        "title": "Home charging reimbursement",
        "period": "1 to {last} {month} {year}, times in {zone}",
        "employee": "Employee",
        "statement": "Statement",
        "meter": "Meter and charger",
        "closed_on": "closed on {date}",
        "agreement": "agreement {name}",
        "rates": "rate version {versions}",
        "masked_ean": "EAN {ean}",
        "serial": "meter {meter}",
        "no_serial": "meter without a known serial number",
        "no_mid": "no MID evidence on record",
        "begin": "Begin",
        "end": "End",
        "begin_wh": "Begin Wh",
        "end_wh": "End Wh",
        "energy": "Energy kWh",
        "rate": "€ per kWh",
        "grade": "Grade",
        "amount": "Amount €",
        "parts": "{count} parts",
        "sessions_in": "Sessions in {month}",
        "total": "Reimbursement",
        "untaxed": "of which untaxed",
        "taxable": "of which wage (above the untaxed maximum)",
        "no_regular": "No sessions in {month}",
        "late": "Arrived late: {month} was closed already.",
        "credit": "Correction of {statement} line {line}",
        "annulled": "Void: withdrawn by the operator, nothing was settled.",
        "stop_replaced": "the charger later reported another end register",
        "part": "{kwh} kWh at {rate}",
        "until": " (until {moment})",
        "and": " and ",
        "split": "Line {line} has {count} parts: {parts}, together {exact}.",
        "clock": "Line {line} spans a night on which the clock changes: begin {begin}, end {end}, "
        "{duration}.",
        "doubt": "Line {lines} has grade D",
        "doubts": "Lines {lines} have grade D",
        "line": "Line {lines}:",
        "lines": "Lines {lines}:",
        "closed_by_next": "Its end register equals the next register of the same meter.",
        "decided": "Paid on the authority of {name}, {date}: {reason}",
        "basis": "Basis",
        "basis_text": "Reimbursement of electricity for the company car, by agreement {agreement}. "
        "{rates} Each amount was rounded once per line to cents, half up. No VAT was computed: "
        "this is a reimbursement and no invoice.",
        "rate_text": "Rate {rate} per kWh from {date}{source}.",
        "ceiling_text": "Up to {cap} per kWh the reimbursement is untaxed, what lies above is "
        "wage; the untaxed part was rounded down.",
        "grades": "Settlement grade",
        "grades_text": "A: signed begin and end register, signature valid with a registered key. "
        "B: begin and end register of a meter with MID evidence. C: begin and end register without "
        "MID evidence. D: energy usable, something was substituted; paid only after a person's "
        "decision, or when the next register confirms it. E: never paid.",
        "made": "Established",
        "objection": "Objection",
        "objection_text": "A line can be objected to until {date} with the payroll office of "
        "{payer}.",
        "check": "Recompute it",
        "check_text": "This document carries the file {file}: for each line the registers, the "
        "energy per quarter hour, the rates and the sealed messages of the charger. Energy times "
        "rate per part, summed and rounded once, gives the amount of the line. The messages can be "
        "verified by their chain of hashes without Laadboek.",
        "footer": "{number}, made with Laadboek on {moment}. Evidence: sha256 {hash}",
        "page": "page",
        "of": "of",
        "attachment": "registers, quarter hours, rates and messages behind each line",
    },
}

# The reasons that a D on a statement can carry; others print as their code.
REASONS: dict[str, dict[str, str]] = {
    "nl": {
        "BEGIN_SUBSTITUTED": "beginstand uit een meting",
        "END_SUBSTITUTED": "eindstand uit de laatste meting",
        "TIME_SUBSTITUTED": "tijd vervangen door die van ontvangst",
        "INTERPOLATED": "stand berekend tussen twee metingen",
        "CLOCK_SKEW": "klok van de laadpaal week af",
        "TIME_NOT_SYNCHRONISED": "klok van de meter niet gelijkgezet",
        "OFFLINE_WITHOUT_BEGIN": "begin viel in een storing",
        "RECONSTRUCTED": "begin afgeleid: het startbericht ontbreekt",
        "CLOSED_BY_NEXT_REGISTER": "eind bevestigd door de volgende stand",
        "NO_STOP": "stopbericht ontbreekt",
        "NO_FRAMES": "berichten niet bewaard",
        "NO_MID_EVIDENCE": "geen MID-bewijs",
    },
    "en": {
        "BEGIN_SUBSTITUTED": "begin register from a reading",
        "END_SUBSTITUTED": "end register from the last reading",
        "TIME_SUBSTITUTED": "time of receipt used",
        "INTERPOLATED": "register computed between two readings",
        "CLOCK_SKEW": "the charger's clock was off",
        "TIME_NOT_SYNCHRONISED": "the meter's clock was not synchronised",
        "OFFLINE_WITHOUT_BEGIN": "the begin fell into an outage",
        "RECONSTRUCTED": "begin derived: the start message is missing",
        "CLOSED_BY_NEXT_REGISTER": "end confirmed by the next register",
        "NO_STOP": "no stop message",
        "NO_FRAMES": "messages not kept",
        "NO_MID_EVIDENCE": "no MID evidence",
    },
}
