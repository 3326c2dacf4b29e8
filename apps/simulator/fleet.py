"""Many simulated stations in one process, made from what create_station printed."""

import asyncio
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from apps.core.refused import Refused
from apps.simulator.behaviour import HABITS, PROFILES, Station
from apps.simulator.client import SimulatedStation
from apps.simulator.ledger import Ledger
from apps.simulator.link import station_url


@dataclass(frozen=True, slots=True)
class KeyLine:
    """One line of a keys file: identity and key; the rest may be left out."""

    identity: str
    key: str
    url: str
    extra: dict[str, Any]


def read_keys(path: Path) -> list[KeyLine]:
    """Read `{"identity", "url", "key"}` lines, as create_station --json prints them.

    :raises Refused: the file cannot be read, or a line is wrong; the message names it.
    """
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise Refused("keys_unreadable", f"cannot read {path}: {error}", field="keys") from error
    found = [_key_line(path, at, line) for at, line in enumerate(lines, 1) if line.strip()]
    if not found:
        raise Refused("keys_empty", f"{path} names no station.", field="keys")
    return found


def _key_line(path: Path, at: int, line: str) -> KeyLine:
    try:
        row = json.loads(line)
        extra = {name: row[name] for name in row if name not in {"identity", "key", "url"}}
        return KeyLine(str(row["identity"]), str(row["key"]), str(row.get("url", "")), extra)
    except (ValueError, KeyError, TypeError) as error:
        raise Refused(
            "keys_line",
            f'{path} line {at} is no {{"identity", "url", "key"}} object: take the lines that '
            "create_station --json prints.",
            field="keys",
        ) from error


def default_tokens(number: int) -> tuple[str, str]:
    """Return the cards of the first, second … station of a file that names none: two each."""
    return f"SIMULATED{2 * number - 1:02}", f"SIMULATED{2 * number:02}"


def make_station(
    line: KeyLine, *, profile: str, seed: int, interval_s: int = 60, number: int = 1
) -> Station:
    """Make the model of a station: a home has one connector, an office two.

    A line may name tokens, connectors, max_w, phases, habit, model and interval_s of its own.
    """
    extra = line.extra
    profile = str(extra.get("profile", profile))
    if profile not in PROFILES:
        raise Refused("profile_unknown", f"Choose one of {', '.join(PROFILES)}.", field="profile")
    habit = str(extra.get("habit", ""))
    if habit not in HABITS:
        raise Refused("habit_unknown", f"{habit!r} is no habit of a station.", field="keys")
    is_office = profile == "office"
    return Station(
        identity=line.identity,
        profile=profile,
        seed=seed,
        tokens=tuple(extra.get("tokens", default_tokens(number))),
        connectors=int(extra.get("connectors", 2 if is_office else 1)),
        max_w=int(extra.get("max_w", 22_000 if is_office else 11_000)),
        phases=int(extra.get("phases", 3)),
        interval_s=int(extra.get("interval_s", interval_s)),
        heartbeat_s=300,
        habit=habit,
        vendor=str(extra.get("vendor", "Laadboek")),
        model=str(extra.get("model", "Sim 22" if is_office else "Sim 11")),
        meter_serial=str(extra.get("meter_serial", "")),
    )


class Registers:
    """The lifetime registers of a fleet, kept in a file as a meter keeps its own."""

    def __init__(self, path: Path | None) -> None:
        self._path = path
        self._kept: dict[str, dict[str, int]] = {}
        if path is not None and path.exists():
            self._kept = json.loads(path.read_text(encoding="utf-8"))

    def of(self, identity: str) -> dict[int, int]:
        """Return what is known of a station, by connector."""
        return {int(number): wh for number, wh in self._kept.get(identity, {}).items()}

    def keep(self, identity: str, registers: dict[int, int]) -> None:
        """Write the registers of a station, whole or not at all."""
        if self._path is not None:
            self._kept[identity] = {str(number): wh for number, wh in registers.items()}
            draft = self._path.with_suffix(".draft")
            draft.write_text(json.dumps(self._kept), encoding="utf-8")
            draft.replace(self._path)


class Fleet:
    """Stations that live together and share a ledger."""

    def __init__(self, stations: list[SimulatedStation], ledger: Ledger) -> None:
        self.stations, self.ledger = stations, ledger

    @classmethod
    def from_keys(
        cls,
        lines: list[KeyLine],
        *,
        url: str = "",
        profile: str = "home",
        seed: int = 0,
        interval_s: int = 60,
        speed: int = 1,
        ledger: Ledger | None = None,
        memory: Path | None = None,
    ) -> "Fleet":
        """Make a fleet; `memory` is a file that keeps the registers between runs.

        :raises Refused: neither `url` nor a line says where to connect.
        """
        book = ledger or Ledger()
        stations = []
        registers = Registers(memory)
        for number, line in enumerate(lines, 1):
            address = station_url(url, line.identity) if url else line.url
            if not address:
                raise Refused("url_missing", f"Say where {line.identity} connects.", field="url")
            first = {int(n): int(wh) for n, wh in line.extra.get("registers", {}).items()}
            stations.append(
                SimulatedStation(
                    make_station(
                        line, profile=profile, seed=seed, interval_s=interval_s, number=number
                    ),
                    url=address,
                    key=line.key,
                    ledger=book,
                    registers=registers.of(line.identity) or first,
                    speed=speed,
                    remember=registers.keep,
                )
            )
        return cls(stations, book)

    async def run(self, seconds: float | None = None, stop: asyncio.Event | None = None) -> None:
        """Run every station for some seconds or until `stop`; the first refusal ends all.

        :raises RefusedError: the backoffice refuses a station (inside an exception group).
        """
        ending = stop or asyncio.Event()
        timer = None
        if seconds is not None:
            timer = asyncio.get_running_loop().call_later(seconds, ending.set)
        try:
            async with asyncio.TaskGroup() as group:
                for station in self.stations:
                    group.create_task(station.run(ending))
        finally:
            if timer is not None:
                timer.cancel()

    def summary(self) -> dict[str, int]:
        """Return counts of what happened; energy in Wh of charges whose stop was acknowledged."""
        charges = self.ledger.charges.values()
        return {
            "stations": len(self.stations),
            "connected": len(self.ledger.connected),
            "charges": len(charges),
            "cards_refused": self.ledger.counts.get("card_refused", 0),
            "ended": sum(row.is_stop_acknowledged for row in charges),
            "energy_wh": sum(row.energy_wh or 0 for row in charges if row.is_stop_acknowledged),
            "sent": self.ledger.counts.get("sent", 0),
            "acknowledged": self.ledger.counts.get("acknowledged", 0),
        }
