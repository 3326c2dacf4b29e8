"""What is said of a line in words: under it, and under the table."""

from collections.abc import Sequence
from zoneinfo import ZoneInfo

from apps.exports import formats
from apps.exports.words import REASONS, WORDS
from apps.reimbursement.queries import Line


def remark(line: Line, tongue: str) -> str:
    """Return the words under a line that is not a session of the month, or an empty text."""
    words, row, record = WORDS[tongue], line.row, line.record
    if row.kind == "late":
        ended = record.ended_at.astimezone(ZoneInfo(record.zone)).date()
        return words["late"].format(month=formats.month(ended, tongue))
    if row.kind == "credit" and row.corrects is not None:
        text = words["credit"].format(
            statement=row.corrects.statement.number, line=row.corrects.position
        )
        reason = record.reason
        return f"{text}: {words.get(reason, reason)}." if reason else f"{text}."
    return words["annulled"] if row.kind == "annulled" else ""


def notes(lines: Sequence[Line], tongue: str) -> list[str]:
    """Return the sentences that stand under the table; lines in the same doubt share theirs."""
    own = [
        note for line in lines for note in (*_split_note(line, tongue), *_clock_note(line, tongue))
    ]
    return [*own, *_doubt_notes(lines, tongue)]


def _split_note(line: Line, tongue: str) -> list[str]:
    if len(line.parts) < 2:
        return []
    words, zone, texts = WORDS[tongue], ZoneInfo(line.record.zone), []
    for part in line.parts:
        text = words["part"].format(
            kwh=formats.kwh(part.energy_wh, tongue),
            rate=formats.money(part.rate, tongue, 5),
        )
        if part is not line.parts[-1]:
            end = part.end_at.astimezone(zone)
            moment = f"{end.day}{formats.NBSP}{formats.month(end.date(), tongue)} {end:%H:%M}"
            text += words["until"].format(moment=moment)
        texts.append(text)
    note = words["split"].format(
        line=line.row.position,
        count=len(texts),
        parts=words["and"].join(texts),
        exact=formats.money(line.exact, tongue, 6),
    )
    return [note]


def _clock_note(line: Line, tongue: str) -> list[str]:
    zone = ZoneInfo(line.record.zone)
    begin, end = line.record.started_at.astimezone(zone), line.record.ended_at.astimezone(zone)
    if begin.utcoffset() == end.utcoffset() or line.row.kind in {"credit", "annulled"}:
        return []
    return [
        WORDS[tongue]["clock"].format(
            line=line.row.position,
            begin=f"{begin:%H:%M %Z}",
            end=f"{end:%H:%M %Z}",
            duration=formats.duration(line.record.ended_at - line.record.started_at, tongue),
        )
    ]


def _doubt_notes(lines: Sequence[Line], tongue: str) -> list[str]:
    words, alike = WORDS[tongue], dict[tuple[str, str], list[str]]()
    for line in lines:
        grade, decision = _doubt(line, tongue), _decision(line, tongue)
        if grade or decision:
            alike.setdefault((grade, decision), []).append(str(line.row.position))
    found = []
    for (grade, decision), numbers in alike.items():
        several = "s" if len(numbers) > 1 else ""
        named = words["and"].join(filter(None, [", ".join(numbers[:-1]), numbers[-1]]))
        begin = words[f"doubt{several}" if grade else f"line{several}"].format(lines=named)
        found.append(" ".join(filter(None, [begin, grade, decision])))
    return found


def _doubt(line: Line, tongue: str) -> str:
    """Return why a line has grade D, or an empty text."""
    row, words = line.row, WORDS[tongue]
    if row.grade != "D" or row.kind in {"credit", "annulled"}:
        return ""
    reasons = ", ".join(REASONS[tongue].get(code, code) for code in row.reasons)
    closed = "CLOSED_BY_NEXT_REGISTER" in row.reasons
    return f"({reasons})." + (f" {words['closed_by_next']}" if closed else "")


def _decision(line: Line, tongue: str) -> str:
    """Return who let a line be paid and why, or an empty text."""
    decision = line.decision
    if decision is None or line.row.kind in {"credit", "annulled"}:
        return ""
    day = decision.decided_at.astimezone(ZoneInfo(line.record.zone)).date()
    date = formats.day(day, tongue)
    return WORDS[tongue]["decided"].format(
        name=decision.decided_by, date=date, reason=decision.reason
    )
