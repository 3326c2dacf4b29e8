"""The reimbursement statement: one row a line, and the page an employee can file."""

import calendar
import datetime as dt
import hashlib
import json
from collections.abc import Sequence
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from apps.exports import formats
from apps.exports.exporters import Cell, Export, Exporter, register
from apps.exports.exporters.notes import line_notes, remark
from apps.exports.words import WORDS
from apps.reimbursement.queries import StatementRow, Why, get_statement, list_why

COLUMNS = (
    "statement",
    "line",
    "kind",
    "session",
    "started_at",
    "ended_at",
    "time_zone",
    "station",
    "meter_serial",
    "mid_marking",
    "register_begin_wh",
    "register_end_wh",
    "energy_wh",
    "grade",
    "reasons",
    "rate_eur_per_kwh",
    "parts",
    "amount_eur",
    "untaxed_eur",
    "taxable_eur",
    "remark",
)
FILE = "bewijs.json"


def build(*, number: str) -> Export:
    """Build the export of an issued statement of the bound tenant."""
    statement = get_statement(number=number)
    lines = list_why(statement_id=statement.id)
    return Export(
        name=number,
        columns=COLUMNS,
        rows=[_row(statement, why) for why in lines],
        template="statement.typ",
        page=_page(statement, lines),
        issued_at=statement.issued_at,
    )


def _bare(figure: Decimal | None) -> Decimal | None:
    """Drop zeros behind the point: 31482.000 must not look like thirty-one million."""
    if figure is None:
        return None
    whole = figure.to_integral_value()
    return whole if whole == figure else figure.normalize()


def _row(statement: StatementRow, why: Why) -> tuple[Cell, ...]:
    entry, zone = why.entry, ZoneInfo(why.entry.time_zone)
    is_credit = entry.kind == "credit"
    return (
        statement.number,
        entry.position,
        entry.kind,
        entry.cdr_id,
        entry.started_at.astimezone(zone),
        entry.ended_at.astimezone(zone),
        entry.time_zone,
        entry.station,
        (why.body["meter"] or {}).get("serial", ""),
        (why.body["meter"] or {}).get("mid_marking", ""),
        None if is_credit else _bare(entry.begin_wh),
        None if is_credit else _bare(entry.end_wh),
        _bare(entry.energy_wh),
        entry.grade,
        " ".join(entry.reasons),
        entry.rates[0] if len(entry.rates) == 1 else None,
        " + ".join(f"{_bare(p.energy_wh)} Wh x {p.rate_eur_per_kwh}" for p in why.parts),
        entry.amount,
        entry.untaxed,
        why.taxable,
        remark(why, statement.facts["language"]),
    )


def _page(statement: StatementRow, lines: Sequence[Why]) -> dict[str, Any]:
    facts, tongue = statement.facts, statement.facts["language"]
    words, zone = WORDS[tongue], ZoneInfo(statement.facts["time_zone"])
    evidence = _evidence(statement, lines)
    issued = statement.issued_at.astimezone(zone)
    moment = f"{formats.day(issued.date(), tongue)}, {issued:%H:%M %Z}"
    return {
        "words": words,
        "lang": tongue,
        "number": statement.number,
        "payer": facts["payer"]["name"],
        "period": words["period"].format(
            last=calendar.monthrange(statement.month.year, statement.month.month)[1],
            month=formats.month(statement.month, tongue),
            year=statement.month.year,
            zone=facts["time_zone"],
        ),
        "employee": [facts["employee"]["name"], facts["employee"]["email"]],
        "statement": _statement_facts(statement, issued.date()),
        "meter": _meter_facts(facts, words),
        "regular": [_line(why, tongue, zone) for why in lines if why.entry.kind == "regular"],
        "other": [_line(why, tongue, zone) for why in lines if why.entry.kind != "regular"],
        "subtotal": _subtotal(statement, lines),
        "total": _total(statement),
        "notes": [note for why in lines for note in line_notes(why, tongue)],
        "basis": _basis(facts, words, tongue),
        "made": [facts["requested_by"], moment] if facts["requested_by"] else [moment],
        "objection": words["objection_text"].format(
            date=formats.day(dt.date.fromisoformat(facts["objection_until"]), tongue),
            payer=facts["payer"]["name"],
        ),
        "check": words["check_text"].format(file=FILE),
        "footer": words["footer"].format(
            number=statement.number,
            moment=moment,
            hash=_short(hashlib.sha256(evidence.encode()).hexdigest()),
        ),
        "file": FILE,
        "evidence": evidence,
    }


def _short(digest: str) -> str:
    groups = [digest[n : n + 4] for n in range(0, 16, 4)]
    return f"{' '.join(groups)} … {digest[-4:]}"


def _evidence(statement: StatementRow, lines: Sequence[Why]) -> str:
    """Return the file inside the PDF: every record behind a line, with how it was priced."""
    content = {
        "statement": statement.number,
        "amount": str(statement.amount),
        "facts": statement.facts,
        "lines": [
            {
                "line": why.entry.position,
                "kind": why.entry.kind,
                "amount": str(why.entry.amount),
                "untaxed": str(why.entry.untaxed),
                "parts": [
                    {
                        "from": part.begin_at.isoformat(),
                        "to": part.end_at.isoformat(),
                        "wh": str(part.energy_wh),
                        "rate": str(part.rate_eur_per_kwh),
                        "exact": str(part.exact),
                    }
                    for part in why.parts
                ],
                "digest": why.digest,
                "record": why.body,
            }
            for why in lines
        ],
    }
    return json.dumps(content, ensure_ascii=False, sort_keys=True, indent=1)


def _statement_facts(statement: StatementRow, issued: dt.date) -> list[str]:
    facts, tongue = statement.facts, statement.facts["language"]
    words = WORDS[tongue]
    versions = [rate["version"] for rate in facts["rates"]]
    return [
        statement.number,
        words["closed_on"].format(date=formats.day(issued, tongue)),
        words["agreement"].format(name=facts["agreement"]),
        *([words["rates"].format(versions=words["and"].join(versions))] if versions else []),
    ]


def _meter_facts(facts: dict[str, Any], words: dict[str, str]) -> list[str]:
    found = [
        ", ".join([s["identity"], " ".join(filter(None, [s["vendor"], s["model"]]))]).rstrip(", ")
        for s in facts["stations"]
    ]
    for meter in facts["meters"]:
        name = ", ".join(filter(None, [meter["make"], meter["serial"]]))
        found.append(words["serial"].format(meter=name) if name else words["no_serial"])
        year = f" ({meter['mid_year']})" if meter["mid_year"] else ""
        found.append(
            f"MID {meter['mid_marking']}{year}" if meter["mid_marking"] else words["no_mid"]
        )
    return found + [words["masked_ean"].format(ean=ean) for ean in facts["ean"]]


def _line(why: Why, tongue: str, zone: ZoneInfo) -> dict[str, Any]:
    entry, words = why.entry, WORDS[tongue]
    is_credit = entry.kind == "credit"
    rates = [formats.number(rate, 5, tongue) for rate in entry.rates]
    return {
        "n": str(entry.position),
        "begin": f"{entry.started_at.astimezone(zone):%d-%m %H:%M}",
        "end": f"{entry.ended_at.astimezone(zone):%d-%m %H:%M}",
        "begin_wh": "" if is_credit else formats.register(entry.begin_wh, tongue),
        "end_wh": "" if is_credit else formats.register(entry.end_wh, tongue),
        "kwh": formats.kwh(entry.energy_wh or Decimal(0), tongue),
        "rate": words["parts"].format(count=len(rates)) if len(rates) > 1 else "".join(rates),
        "grade": entry.grade,
        "amount": formats.number(entry.amount or Decimal(0), 2, tongue),
        "remark": remark(why, tongue),
    }


def _subtotal(statement: StatementRow, lines: Sequence[Why]) -> dict[str, str]:
    """Sum the month's own sessions; what came late or is taken back stands under it."""
    tongue = statement.facts["language"]
    regular = [why.entry for why in lines if why.entry.kind == "regular"]
    name = "sessions_in" if regular else "no_regular"
    wh = sum((entry.energy_wh or Decimal(0) for entry in regular), Decimal(0))
    eur = sum((entry.amount or Decimal(0) for entry in regular), Decimal(0))
    return {
        "label": WORDS[tongue][name].format(month=formats.month(statement.month, tongue)),
        "kwh": formats.kwh(wh, tongue),
        "amount": formats.number(eur, 2, tongue),
    }


def _total(statement: StatementRow) -> dict[str, Any]:
    tongue = statement.facts["language"]
    return {
        "kwh": formats.kwh(statement.energy_wh, tongue),
        "amount": formats.number(statement.amount, 2, tongue),
        "has_wage": statement.taxable != 0,
        "untaxed": formats.number(statement.untaxed, 2, tongue),
        "taxable": formats.number(statement.taxable, 2, tongue),
    }


def _basis(facts: dict[str, Any], words: dict[str, str], tongue: str) -> str:
    texts = []
    for rate in facts["rates"]:
        date = formats.day(dt.date.fromisoformat(rate["valid_from"]), tongue)
        source = f" ({rate['source']})" if rate["source"] else ""
        price = formats.money(Decimal(rate["rate"]), tongue, 5)
        texts.append(words["rate_text"].format(rate=price, date=date, source=source))
        if rate["untaxed_up_to"] is not None:
            cap = formats.money(Decimal(rate["untaxed_up_to"]), tongue, 5)
            texts.append(words["ceiling_text"].format(cap=cap))
    return words["basis_text"].format(agreement=facts["agreement"], rates=" ".join(texts))


STATEMENT = register(Exporter(identifier="statement", build=build))
