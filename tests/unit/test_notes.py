"""The sentences under a statement's table."""

import datetime as dt
from types import SimpleNamespace
from typing import Any

from apps.exports.exporters.notes import notes
from apps.exports.formats import NBSP

EVENING = dt.datetime(2026, 11, 3, 23, 30, tzinfo=dt.UTC)


def line(
    position: int,
    *,
    grade: str = "B",
    reasons: tuple[str, ...] = (),
    kind: str = "regular",
    why: str = "",
) -> Any:
    decision = SimpleNamespace(decided_at=EVENING, decided_by="Carla", reason=why) if why else None
    record = SimpleNamespace(
        zone="Europe/Amsterdam",
        started_at=EVENING,
        ended_at=EVENING + dt.timedelta(hours=1),
    )
    row = SimpleNamespace(position=position, kind=kind, grade=grade, reasons=reasons)
    return SimpleNamespace(row=row, record=record, decision=decision, parts=[])


def said(lines: list[Any], tongue: str) -> list[str]:
    return [text.replace(NBSP, " ") for text in notes(lines, tongue)]


def test_clean_lines_need_no_words():
    assert notes([line(1), line(2)], "nl") == []


def test_lines_in_the_same_doubt_share_one_sentence():
    doubt: dict[str, Any] = {"grade": "D", "reasons": ("NO_STOP",), "why": "Kilometers gezien"}
    lines = [line(1, **doubt), line(2), line(3, **doubt), line(4, **doubt)]
    lines.append(line(5, grade="D", reasons=("CLOSED_BY_NEXT_REGISTER",)))
    one, two = said(lines, "nl")
    assert one == (
        "Regels 1, 3 en 4 hebben klasse D (stopbericht ontbreekt). "
        "Betaald op gezag van Carla, 4 november 2026: Kilometers gezien"
    )
    assert two.startswith("Regel 5 heeft klasse D (")
    assert two.endswith("De eindstand is gelijk aan de eerstvolgende stand van dezelfde meter.")


def test_a_decision_on_a_better_grade_names_its_line():
    (told,) = said([line(7, grade="C", why="Agreed")], "en")
    assert told == "Line 7: Paid on the authority of Carla, 4 November 2026: Agreed"


def test_what_is_taken_back_is_not_doubted():
    assert notes([line(1, grade="D", why="x", kind="credit")], "nl") == []
    assert notes([line(1, grade="D", kind="annulled")], "nl") == []
