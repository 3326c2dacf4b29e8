"""What was answered is stored once, whatever dies: a hundredth by default, the whole on request."""

from dataclasses import dataclass

import pytest

from apps.simulator.ledger import Ledger
from apps.simulator.link import station_url
from tests.chaos.checker import Verdict, check
from tests.chaos.cutter import Cutter
from tests.chaos.estate import Estate, estate
from tests.chaos.stations import StormStation, acknowledged, card_of, cycle, storm

pytestmark = pytest.mark.slow


@dataclass(frozen=True)
class Size:
    """How many stations, charges of each, and faults of each kind."""

    stations: int
    charges: int
    rounds: int
    cuts: int
    patience: float


HUNDREDTH = Size(stations=10, charges=12, rounds=1, cuts=10, patience=120)
WHOLE = Size(stations=40, charges=260, rounds=25, cuts=1000, patience=3000)
SIZES = [
    pytest.param(HUNDREDTH, id="hundredth"),
    pytest.param(WHOLE, id="whole", marks=pytest.mark.chaos),
]


def prepare(made: Estate, size: Size) -> None:
    made.add_stations("STORM", count=size.stations)
    made.add_cards([card_of(identity) for identity in made.keys])


def begin(made: Estate, size: Size) -> None:
    prepare(made, size)
    made.start()


def run_storm(made: Estate, size: Size, faults_of) -> tuple[Verdict, Ledger]:
    """Run the stations through a proxy while faults happen; returns what the checker says."""
    ledger, cutter = Ledger(), Cutter(made.port)
    base = f"ws://127.0.0.1:{cutter.port}/ocpp"
    stations = [
        StormStation(
            identity,
            url=station_url(base, identity),
            key=key,
            ledger=ledger,
            charges=size.charges,
        )
        for identity, key in made.keys.items()
    ]
    storm(stations, cutter, faults_of(cutter), patience=size.patience)
    return check(made, ledger), ledger


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("server", ["serve", "serve_stations"])
def test_nothing_that_was_answered_is_lost_and_nothing_comes_twice(server, size):
    with estate() as made:
        made.server = server
        begin(made, size)

        def faults_of(cutter):
            cut = size.cuts // (size.rounds or 1)
            kinds = [
                made.crash_server,
                lambda: cutter.arm(cut),
                made.crash_postgres,
                made.crash_redis,
            ]
            return cycle(kinds, 4 * size.rounds)

        verdict, ledger = run_storm(made, size, faults_of)
        assert acknowledged(ledger) == 2 * size.stations * size.charges
        assert ledger.counts["lost"] >= size.rounds  # the faults were felt
        assert verdict.is_right, verdict
        assert verdict.sessions == size.stations * size.charges


@pytest.mark.parametrize("size", SIZES)
def test_the_control_run_that_commits_to_memory_only_does_lose(size):
    with estate() as made:
        made.sql("ALTER SYSTEM SET wal_writer_delay = '10s'")
        made.sql("SELECT pg_reload_conf()")
        prepare(made, size)
        made.settings["UNSAFE_COMMITS"] = "true"
        made.start()
        verdict, _ = run_storm(made, size, lambda _: cycle([made.crash_postgres], size.rounds))
        assert verdict.lost, "a check that cannot see loss proves nothing"


@pytest.mark.parametrize("size", SIZES)
def test_a_start_whose_answer_was_cut_gets_the_same_transaction_again(size):
    with estate() as made:
        begin(made, size)

        def faults_of(cutter):
            return [lambda: cutter.arm(size.cuts)]

        verdict, ledger = run_storm(made, size, faults_of)
        assert ledger.counts["lost"] >= min(size.cuts, size.stations)
        assert verdict.is_right, verdict
