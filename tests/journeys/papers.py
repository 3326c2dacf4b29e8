"""What a statement's documents say, each read by itself, beside the station's own ledger."""

import csv
from dataclasses import dataclass
from decimal import Decimal

from apps.simulator.ledger import ChargeRecord
from tests.exports.pdf import Pdf
from tests.journeys.plan import MARKING, RATE, SERIAL


@dataclass(frozen=True)
class Line:
    """A session as it is paid: registers and energy in Wh, amount in cents."""

    begin_wh: int
    end_wh: int
    energy_wh: int
    cents: int


def owed(charge: ChargeRecord) -> Line:
    """Return what a charge of the ledger is worth, in whole numbers: half a cent goes up."""
    assert charge.is_stop_acknowledged
    assert charge.register_stop_wh is not None
    energy = charge.register_stop_wh - charge.register_start_wh
    millionths = energy * RATE  # of a cent: Wh by EUR/100,000 per 1,000 Wh
    cents = (2 * millionths + 1_000_000) // 2_000_000
    return Line(charge.register_start_wh, charge.register_stop_wh, energy, cents)


def in_csv(body: bytes, *, kind: str = "regular") -> list[Line]:
    """Return the lines of a kind."""
    rows = list(csv.DictReader(body.decode("utf-8-sig").splitlines(), delimiter=";"))
    for row in rows:
        assert row["meter_serial"] == f"{SERIAL}1"
        assert (row["mid_marking"], row["grade"], row["reasons"]) == (MARKING, "B", "")
    return [
        Line(
            int(row["register_begin_wh"]),
            int(row["register_end_wh"]),
            int(row["energy_wh"]),
            _cents(row["amount_eur"]),
        )
        for row in rows
        if row["kind"] == kind
    ]


def in_pdf(body: bytes) -> tuple[list[Line], int]:
    """Return the lines, and the total in cents."""
    rows = Pdf(body).rows()
    lines = [
        Line(_whole(row[3]), _whole(row[4]), _whole(row[5].replace(",", "")), _cents(row[-1]))
        for row in rows
        if row[0].isdigit()
    ]
    (total,) = (row[-1] for row in rows if row[1] == "Vergoeding")
    return lines, _cents(total)


def euro(cents: int) -> str:
    """Write an amount as a Dutch page does."""
    return f"€\N{NO-BREAK SPACE}{cents // 100},{cents % 100:02}"


def _whole(text: str) -> int:
    return int(text.replace(".", ""))


def _cents(text: str) -> int:
    amount = Decimal(text.replace(".", "").replace(",", ".") if "," in text else text) * 100
    assert amount == int(amount), text
    return int(amount)
