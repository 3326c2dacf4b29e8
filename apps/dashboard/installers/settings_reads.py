"""What a station told of its settings, and how they stand to what settling needs."""

import datetime as dt
from dataclasses import dataclass

from apps.dashboard import words
from apps.stations.models import Setting, Station
from apps.stations.settlement_ready import DIFFERS, FIXED, MET, Verdict, is_ready, judge

_SHAPES = {MET: "ok", DIFFERS: "warn", FIXED: "warn"}


@dataclass(frozen=True, slots=True)
class RuleFact:
    """One rule as the page shows it."""

    variable: str
    about: str
    shape: str
    word: str
    value: str
    target: str


@dataclass(frozen=True, slots=True)
class SettingsFact:
    """All a page shows of a station's settings."""

    read_at: dt.datetime | None
    is_ready: bool
    rules: list[RuleFact]
    rows: list[Setting]
    to_change: int


def judge_station(station_id: int) -> tuple[tuple[Verdict, ...], dt.datetime | None]:
    """Return how a station's settings stand to the rules, and when they were read whole."""
    told = Setting.objects.filter(station_id=station_id)
    known = {row.variable: (None if row.is_hidden else row.value, row.is_readonly) for row in told}
    read_at = Station.objects.values_list("settings_read_at", flat=True).get(pk=station_id)
    return judge(known, was_read=read_at is not None), read_at


def settings_fact(station_id: int) -> SettingsFact:
    """Return what the page of a station's settings shows."""
    verdicts, read_at = judge_station(station_id)
    return SettingsFact(
        read_at=read_at,
        is_ready=is_ready(verdicts),
        rules=[_rule(verdict) for verdict in verdicts],
        rows=list(Setting.objects.filter(station_id=station_id)),
        to_change=sum(verdict.state == DIFFERS for verdict in verdicts),
    )


def _rule(verdict: Verdict) -> RuleFact:
    word = words.setting_state(verdict.state)
    return RuleFact(
        variable=verdict.rule.variable,
        about=words.setting_rule(verdict.rule.variable),
        shape=_SHAPES.get(verdict.state, "off"),
        word=word,
        value=verdict.value or "",
        target=verdict.target if verdict.state == DIFFERS else "",
    )
