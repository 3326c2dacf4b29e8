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
from apps.exports.exporters.notes import notes, remark
from apps.exports.words import WORDS
from apps.reimbursement.models import Statement
from apps.reimbursement.queries import Line, get_statement, line_of, list_lines, subtotals_of

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
_PRINTED = ("make", "serial", "mid_marking", "mid_year")


def build(*, number: str) -> Export:
    """Build the export of an issued statement of the bound tenant."""
    statement = get_statement(number=number)
    lines = [line_of(row) for row in list_lines(statement=statement)]
    return Export(
        name=number,
        columns=COLUMNS,
        rows=[_row(statement, line) for line in lines],
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


def _row(statement: Statement, line: Line) -> tuple[Cell, ...]:
    row, record, zone = line.row, line.record, ZoneInfo(line.record.zone)
    is_credit = row.kind == "credit"
    return (
        statement.number,
        row.position,
        row.kind,
        record.cdr_id,
        record.started_at.astimezone(zone),
        record.ended_at.astimezone(zone),
        record.zone,
        record.station,
        record.meter_serial,
        record.mid_marking,
        None if is_credit else _bare(record.begin.wh),
        None if is_credit else _bare(record.end.wh),
        _bare(row.energy_wh),
        row.grade,
        " ".join(row.reasons),
        line.rate,
        " + ".join(f"{_bare(part.energy_wh)} Wh x {part.rate}" for part in line.parts),
        row.amount,
        row.untaxed_amount,
        row.taxable_amount,
        remark(line, statement.facts["language"]),
    )


def _page(statement: Statement, lines: Sequence[Line]) -> dict[str, Any]:
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
        "regular": [_line(line, tongue, zone) for line in lines if line.row.kind == "regular"],
        "other": [_line(line, tongue, zone) for line in lines if line.row.kind != "regular"],
        "subtotal": _subtotal(statement, lines),
        "total": _total(statement),
        "notes": notes(lines, tongue),
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


def _evidence(statement: Statement, lines: Sequence[Line]) -> str:
    """Return the file inside the PDF: every record behind a line, with how it was priced."""
    content = {
        "statement": statement.number,
        "amount": str(statement.amount),
        "facts": statement.facts,
        "lines": [
            {
                "line": line.row.position,
                "kind": line.row.kind,
                "amount": str(line.row.amount),
                "untaxed": str(line.row.untaxed_amount),
                "parts": [
                    {
                        "from": part.begin_at.isoformat(),
                        "to": part.end_at.isoformat(),
                        "wh": str(part.energy_wh),
                        "rate": str(part.rate),
                        "exact": str(part.exact),
                    }
                    for part in line.parts
                ],
                "digest": bytes(line.row.cdr.digest).hex(),
                "record": line.row.cdr.body,
            }
            for line in lines
        ],
    }
    return json.dumps(content, ensure_ascii=False, sort_keys=True, indent=1)


def _statement_facts(statement: Statement, issued: dt.date) -> list[str]:
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
    meters = {tuple(meter[name] for name in _PRINTED): meter for meter in facts["meters"]}
    for meter in meters.values():  # after a register reset a meter has two records
        name = ", ".join(filter(None, [meter["make"], meter["serial"]]))
        found.append(words["serial"].format(meter=name) if name else words["no_serial"])
        year = f" ({meter['mid_year']})" if meter["mid_year"] else ""
        found.append(
            f"MID {meter['mid_marking']}{year}" if meter["mid_marking"] else words["no_mid"]
        )
    return found + [words["masked_ean"].format(ean=ean) for ean in facts["ean"]]


def _line(line: Line, tongue: str, zone: ZoneInfo) -> dict[str, Any]:
    row, record, words = line.row, line.record, WORDS[tongue]
    is_credit = row.kind == "credit"
    rates = [formats.number(part.rate, 5, tongue) for part in line.parts]
    return {
        "n": str(row.position),
        "begin": f"{record.started_at.astimezone(zone):%d-%m %H:%M}",
        "end": f"{record.ended_at.astimezone(zone):%d-%m %H:%M}",
        "begin_wh": "" if is_credit else formats.register(record.begin.wh, tongue),
        "end_wh": "" if is_credit else formats.register(record.end.wh, tongue),
        "kwh": formats.kwh(row.energy_wh, tongue),
        "rate": words["parts"].format(count=len(rates)) if len(rates) > 1 else "".join(rates),
        "grade": row.grade,
        "amount": formats.number(row.amount, 2, tongue),
        "remark": remark(line, tongue),
    }


def _subtotal(statement: Statement, lines: Sequence[Line]) -> dict[str, str]:
    """Sum the month's own sessions; what came late or is taken back stands under it."""
    tongue = statement.facts["language"]
    regular = subtotals_of([line.row for line in lines])["regular"]
    name = "sessions_in" if regular.lines else "no_regular"
    return {
        "label": WORDS[tongue][name].format(month=formats.month(statement.month, tongue)),
        "kwh": formats.kwh(regular.energy_wh, tongue),
        "amount": formats.number(regular.amount, 2, tongue),
    }


def _total(statement: Statement) -> dict[str, Any]:
    tongue = statement.facts["language"]
    return {
        "kwh": formats.kwh(statement.energy_wh, tongue),
        "amount": formats.number(statement.amount, 2, tongue),
        "has_wage": statement.taxable_amount != 0,
        "untaxed": formats.number(statement.untaxed_amount, 2, tongue),
        "taxable": formats.number(statement.taxable_amount, 2, tongue),
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
