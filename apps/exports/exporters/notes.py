"""What is said of a line in words: under it, and under the table."""

from decimal import Decimal
from zoneinfo import ZoneInfo

from apps.exports import formats
from apps.exports.words import REASONS, WORDS
from apps.reimbursement.queries import Why


def remark(why: Why, tongue: str) -> str:
    """Return the words under a line that is not a session of the month, or an empty text."""
    words, entry = WORDS[tongue], why.entry
    if entry.kind == "late":
        ended = entry.ended_at.astimezone(ZoneInfo(entry.time_zone)).date()
        return words["late"].format(month=formats.month(ended, tongue))
    if entry.kind == "credit" and why.corrects is not None:
        text = words["credit"].format(statement=why.corrects.statement, line=why.corrects.position)
        reason = why.body["reason"]
        return f"{text}: {words.get(reason, reason)}." if reason else f"{text}."
    return words["annulled"] if entry.kind == "annulled" else ""


def line_notes(why: Why, tongue: str) -> list[str]:
    """Return the sentences about a line that stand under the table."""
    return [
        *_split_note(why, tongue),
        *_clock_note(why, tongue),
        *_doubt_note(why, tongue),
    ]


def _split_note(why: Why, tongue: str) -> list[str]:
    if len(why.parts) < 2:
        return []
    words, zone, texts = WORDS[tongue], ZoneInfo(why.entry.time_zone), []
    for part in why.parts:
        text = words["part"].format(
            kwh=formats.kwh(part.energy_wh, tongue),
            rate=formats.money(part.rate_eur_per_kwh, tongue, 5),
        )
        if part is not why.parts[-1]:
            end = part.end_at.astimezone(zone)
            moment = f"{end.day}{formats.NBSP}{formats.month(end.date(), tongue)} {end:%H:%M}"
            text += words["until"].format(moment=moment)
        texts.append(text)
    note = words["split"].format(
        line=why.entry.position,
        count=len(texts),
        parts=words["and"].join(texts),
        exact=formats.money(why.exact or Decimal(0), tongue, 6),
    )
    return [f"{note} {words['interpolated']}" if why.entry.is_interpolated else note]


def _clock_note(why: Why, tongue: str) -> list[str]:
    zone = ZoneInfo(why.entry.time_zone)
    begin, end = why.entry.started_at.astimezone(zone), why.entry.ended_at.astimezone(zone)
    if begin.utcoffset() == end.utcoffset() or why.entry.kind in {"credit", "annulled"}:
        return []
    return [
        WORDS[tongue]["clock"].format(
            line=why.entry.position,
            begin=f"{begin:%H:%M %Z}",
            end=f"{end:%H:%M %Z}",
            duration=formats.duration(why.entry.ended_at - why.entry.started_at, tongue),
        )
    ]


def _doubt_note(why: Why, tongue: str) -> list[str]:
    entry, words = why.entry, WORDS[tongue]
    if entry.kind in {"credit", "annulled"} or (entry.grade != "D" and not entry.decision):
        return []
    reasons = ", ".join(REASONS[tongue].get(code, code) for code in entry.reasons)
    texts = []
    if entry.grade == "D":
        texts.append(words["doubt"].format(line=entry.position, reasons=reasons))
    if "CLOSED_BY_NEXT_REGISTER" in entry.reasons:
        texts.append(words["closed_by_next"])
    if entry.decision:
        date = formats.day(why.decided_at.date(), tongue) if why.decided_at else ""
        texts.append(
            words["decided"].format(name=entry.decided_by, date=date, reason=entry.decision_reason)
        )
    return [" ".join(texts)]
