"""Writes of what a station tells of its settings."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from apps.stations.models import Setting, Station


@dataclass(frozen=True, slots=True)
class ToldSetting:
    """A setting as a station tells it; without a value it may be written only."""

    variable: str
    value: str | None
    is_readonly: bool
    component: str = ""


@dataclass(frozen=True, slots=True)
class Configuration:
    """What a station told: its settings, and what it was asked for and does not have."""

    settings: Sequence[ToldSetting] = ()
    unknown: Sequence[str] = ()


def record_configuration(
    *, station_id: int, told: Configuration, is_whole: bool, now: dt.datetime
) -> None:
    """Keep what was told; `is_whole`: what was not told is no longer there."""
    rows = {(one.component, one.variable): one for one in told.settings}
    Setting.objects.bulk_create(
        [
            Setting(
                station_id=station_id,
                component=one.component,
                variable=one.variable,
                value=one.value or "",
                is_hidden=one.value is None,
                is_readonly=one.is_readonly,
                told_at=now,
            )
            for one in rows.values()
        ],
        update_conflicts=True,
        unique_fields=["station", "component", "variable"],
        update_fields=["value", "is_hidden", "is_readonly", "told_at"],
    )
    gone = Setting.objects.filter(station_id=station_id)
    if is_whole:
        gone.filter(told_at__lt=now).delete()
        Station.objects.filter(pk=station_id).update(settings_read_at=now)
    elif told.unknown:
        gone.filter(variable__in=told.unknown).delete()
