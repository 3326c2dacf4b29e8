"""A statement's lines, read back: figures as they were frozen, never re-computed."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from apps.cdrs.reading import Record, read_record
from apps.reimbursement.models import Statement, StatementLine

SUBTOTALS = ("regular", "late", "credit")


@dataclass(frozen=True, slots=True)
class Part:
    """A priced part of a line: energy in Wh, rate per kWh and exact amount in EUR."""

    begin_at: dt.datetime
    end_at: dt.datetime
    energy_wh: Decimal
    version: str
    rate: Decimal
    exact: Decimal


@dataclass(frozen=True, slots=True)
class Line:
    """A settled line with the record it stands on."""

    row: StatementLine
    record: Record
    parts: tuple[Part, ...]

    @property
    def rate(self) -> Decimal | None:
        """The one rate, or None when the line has several parts or none."""
        return self.parts[0].rate if len(self.parts) == 1 else None

    @property
    def exact(self) -> Decimal:
        """The amount before it was rounded once."""
        return sum((part.exact for part in self.parts), Decimal(0))

    @property
    def average(self) -> Decimal | None:
        """What a kWh came to on this line."""
        energy_wh = self.row.energy_wh
        return self.exact * 1000 / energy_wh if self.parts and energy_wh else None

    @property
    def decision(self) -> Any:
        """Who decided on it and why, or None."""
        return getattr(self.row.cdr, "decision", None)


@dataclass(frozen=True, slots=True)
class Subtotal:
    """The lines of one kind."""

    kind: str
    lines: tuple[Line, ...]
    energy_wh: Decimal
    amount: Decimal


def line_of(row: StatementLine) -> Line:
    """Read one line."""
    return Line(row, read_record(row.cdr.body), tuple(_part(part) for part in row.parts))


def subtotals_of(rows: Sequence[StatementLine]) -> dict[str, Subtotal]:
    """Return the lines by kind; a pair that cancelled out stands with the credits."""
    lines = [line_of(row) for row in rows]
    found = {}
    for kind in SUBTOTALS:
        kinds = {"credit", "annulled"} if kind == "credit" else {kind}
        mine = tuple(line for line in lines if line.row.kind in kinds)
        found[kind] = Subtotal(
            kind=kind,
            lines=mine,
            energy_wh=sum((line.row.energy_wh for line in mine), Decimal(0)),
            amount=sum((line.row.amount for line in mine), Decimal(0)),
        )
    return found


def _part(part: dict[str, str]) -> Part:
    return Part(
        begin_at=dt.datetime.fromisoformat(part["from"]),
        end_at=dt.datetime.fromisoformat(part["to"]),
        energy_wh=Decimal(part["wh"]),
        version=part["version"],
        rate=Decimal(part["rate"]),
        exact=Decimal(part["exact"]),
    )


def rates_of(statement: Statement) -> dict[str, dict[str, Any]]:
    """Return the rates that a statement used, by version, as frozen in its facts."""
    found = {}
    for rate in statement.facts.get("rates", []):
        cap = rate.get("untaxed_up_to")
        found[rate["version"]] = {
            "version": rate["version"],
            "valid_from": dt.date.fromisoformat(rate["valid_from"]),
            "rate": Decimal(rate["rate"]),
            "untaxed_up_to": Decimal(cap) if cap else None,
            "source": rate.get("source", ""),
        }
    return found
