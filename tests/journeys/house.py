"""The whole product as processes: server, worker, beat, Redis, a database; and its people."""

import contextlib
import json
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.chaos.workers import Shop, shop
from tests.journeys import plan
from tests.journeys.stations import Driveway
from tests.journeys.visitor import Visitor
from tests.live import Live

NOW = {"SETTLE_DELAY_SECONDS": "0"}  # no late values are waited for
INBOX = "beta.cdrs_receivedcdr"
OURS = f"body->'station'->>'identity' = '{plan.HOME[0]}'"


@dataclass
class House:
    """What runs, and who has a login."""

    shop: Shop
    live: Live
    people: dict[str, dict[str, Any]]
    driveway: Driveway
    _inside: dict[str, Visitor] = field(default_factory=dict)

    def base(self, name: str) -> str:
        """Return the address at which somebody logs in."""
        return f"http://{plan.PEOPLE[name][2]}.localhost:{self.live.port}"

    def login(self, name: str) -> tuple[str, str]:
        """Return what somebody types at the door."""
        return self.people[name]["email"], self.people[name]["password"]

    def visit(self, name: str) -> Visitor:
        """Return somebody who has logged in on the page."""
        if name not in self._inside:
            person = Visitor(self.live.port, plan.PEOPLE[name][2])
            person.log_in(*self.login(name))
            self._inside[name] = person
        return self._inside[name]

    def wait(self, reached: Callable[[], object], *, seconds: float = 60) -> None:
        """Wait until something is so; a process that died ends the waiting."""
        running = [*self.shop.running, self.live.process]
        end = time.monotonic() + seconds
        while not reached():
            assert time.monotonic() < end, self.shop.logs()[-5000:]
            assert all(p and p.poll() is None for p in running), self.shop.logs()[-5000:]
            time.sleep(0.1)

    def wait_for_records(self, number: int) -> None:
        """Wait until so many records of the home's charger have reached the payer, by the sweep."""
        self.wait(lambda: self.shop.count(INBOX, OURS) >= number)


@contextlib.contextmanager
def running(folder: Path) -> Iterator[House]:
    """Start everything for the block; afterwards nobody may have logged a traceback."""
    with shop("statement", **NOW) as made:
        made.work()
        made.beat()
        told = json.loads(made.tell("-m", "tests.journeys.estate", plan.BEGIN.isoformat()))
        assert made.redis is not None
        settings = {**NOW, "REDIS_URL": made.redis.url}
        live = Live(made.name, settings=settings, log=made.home / "server.log")
        try:
            live.start()
            live.keys.update(told["keys"])
            identity = plan.HOME[0]
            driveway = Driveway(
                plan.station(identity),
                url=f"ws://127.0.0.1:{live.port}/ocpp/{identity}",
                key=told["keys"][identity],
                book=folder / "ledger.jsonl",
            )
            yield House(made, live, told["people"], driveway)
            driveway.ledger.close()
        finally:
            live.stop()
        assert "Traceback" not in made.logs(), made.logs()[-5000:]
