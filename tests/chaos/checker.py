"""The stations' books against the product's tables, by SQL alone."""

from collections import Counter
from dataclasses import dataclass, field

from apps.simulator.ledger import Ledger
from tests.chaos.estate import Estate

SESSIONS = """SELECT t.identity, s.register_start_wh::int, s.transaction_id, s.register_stop_wh::int
FROM alfa.charging_sessions_session s JOIN alfa.stations_station t ON t.id = s.station_id"""


@dataclass
class Verdict:
    """What does not agree; every list empty: nothing was lost and nothing came twice."""

    lost: list[str] = field(default_factory=list)  # answered, and not in the product
    twice: list[str] = field(default_factory=list)
    wrong_ids: list[str] = field(default_factory=list)
    wrong_wh: list[str] = field(default_factory=list)
    sessions: int = 0

    @property
    def is_right(self) -> bool:
        """Whether the product holds exactly what the stations were told it holds."""
        return not (self.lost or self.twice or self.wrong_ids or self.wrong_wh)


def check(estate: Estate, ledger: Ledger) -> Verdict:
    """Compare every charge of the ledger with the sessions of tenant alfa."""
    rows = estate.sql(SESSIONS)
    found = {(identity, begin): (number, stop) for identity, begin, number, stop in rows}
    verdict = Verdict(sessions=len(rows))
    verdict.twice = [str(key) for key, n in Counter((r[0], r[1]) for r in rows).items() if n > 1]
    verdict.wrong_ids = [number for number, n in Counter(r[2] for r in rows).items() if n > 1]
    for charge in ledger.charges.values():
        number, stop = found.get((charge.identity, charge.register_start_wh), ("", None))
        if charge.is_start_acknowledged and not number:
            verdict.lost.append(f"{charge.key} start")
        elif charge.is_start_acknowledged and number != str(charge.transaction_id):
            verdict.wrong_ids.append(f"{charge.key}: {number} is not {charge.transaction_id}")
        if charge.is_stop_acknowledged and stop is None:
            verdict.lost.append(f"{charge.key} stop")
        elif charge.is_stop_acknowledged and stop != charge.register_stop_wh:
            verdict.wrong_wh.append(f"{charge.key}: {stop} is not {charge.register_stop_wh}")
    return verdict
