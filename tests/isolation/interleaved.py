"""Many tenants' work at once, as a program of its own: real threads, pool and commits.

Run: python -m tests.isolation.interleaved OPERATIONS SEED FAIL_ONE_IN
It prints one JSON line: how many operations saw or left a row in the wrong tenant.
"""

import asyncio
import json
import random
import sys
from collections import Counter
from typing import Any

import django

django.setup()

from django.conf import settings  # noqa: E402
from django.db import DatabaseError, connections, transaction  # noqa: E402
from django.db.backends.postgresql.base import Cursor  # noqa: E402

from apps.core import binding  # noqa: E402
from apps.sites.models import Site  # noqa: E402
from apps.tenants.bridge import in_tenant, run_in_tenant  # noqa: E402

SCHEMAS = ("alfa", "beta", "gamma")
AT_ONCE = 64
CANCEL, RAISE, ROLL_BACK = 0.05, 0.05, 0.15


class Wanted(Exception):  # noqa: N818 - it is no error
    """What an operation raises on purpose."""


class UnluckyCursor(Cursor):
    """Now and then the server refuses to set the search path."""

    one_in = 0
    dice = random.Random(7)  # noqa: S311

    def execute(self, query: Any, params: Any = None, **kwargs: Any) -> Any:
        """Run the statement, or one that fails."""
        if self.one_in and "set_config" in str(query) and self.dice.random() < 1 / self.one_in:
            return super().execute("SELECT 1 / 0")  # type: ignore[misc]
        return super().execute(query, params, **kwargs)  # type: ignore[misc]


def names(*, every: bool = False) -> list[str]:
    """Return the names of the sites that are visible here, or of some of them."""
    found = Site.objects.values_list("name", flat=True)
    return list(found if every else found[:50])


def mark(name: str) -> None:
    """Leave the row by which a tenant is known."""
    Site.objects.create(name=f"{name} marker")


def is_wrong(schema: str) -> bool:
    """Tell whether a row of another tenant is visible, or the own one is not."""
    seen = names()
    return not seen or any(not name.startswith(schema) for name in seen)


def operation(*, schema: str, number: int, dice: float) -> str:
    """Read, write, roll back or raise; returns what became of it."""
    if is_wrong(schema):
        return "wrong"
    if dice < RAISE:
        Site.objects.create(name=f"{schema} raised {number}")
        raise Wanted
    if dice < RAISE + ROLL_BACK:
        try:
            with transaction.atomic():
                Site.objects.create(name=f"{schema} rolled back {number}")
                raise Wanted  # noqa: TRY301
        except Wanted:
            return "wrong" if is_wrong(schema) else "rolled_back"
    if dice > 0.8:
        Site.objects.create(name=f"{schema} kept {number}")
        return "kept"
    return "wrong" if is_wrong(schema) else "read"


async def one(number: int, rng: random.Random, gate: asyncio.Semaphore) -> str:
    """Do one operation for a random tenant; some callers leave before it ends."""
    schema, dice, leaves = rng.choice(SCHEMAS), rng.random(), rng.random() < CANCEL
    async with gate:
        work = asyncio.ensure_future(
            in_tenant(schema, operation, schema=schema, number=number, dice=dice)
        )
        await asyncio.sleep(0)
        if leaves:
            await asyncio.sleep(rng.random() / 500)
            work.cancel()
        try:
            return await work
        except asyncio.CancelledError:
            return "cancelled"
        except Wanted:
            return "raised"
        except DatabaseError:
            return "refused"


async def everything(count: int, seed: int) -> Counter[str]:
    """Do them all."""
    rng, gate, told = random.Random(seed), asyncio.Semaphore(AT_ONCE), Counter[str]()  # noqa: S311
    for start in range(0, count, 1000):
        numbers = range(start, min(start + 1000, count))
        told.update(await asyncio.gather(*(one(number, rng, gate) for number in numbers)))
    return told


def left_behind() -> dict[str, int]:
    """Count what the tenants hold now: foreign rows, rows that were rolled back, rows kept."""
    told = Counter[str]()
    for schema in SCHEMAS:
        for name in run_in_tenant(schema, names, every=True):
            told["foreign_rows"] += not name.startswith(schema)
            told["undone_rows"] += "raised" in name or "rolled back" in name
            told["kept_rows"] += "kept" in name
    return dict(told)


def main(count: int, seed: int, fail_one_in: int) -> None:
    """Run and print what happened."""
    settings.BRIDGE_ON_CALLING_THREAD = False
    settings.DATABASES["default"]["OPTIONS"]["cursor_factory"] = UnluckyCursor
    for schema in SCHEMAS:
        run_in_tenant(schema, mark, schema)
    UnluckyCursor.one_in = fail_one_in
    told = asyncio.run(everything(count, seed))
    UnluckyCursor.one_in = 0
    print(json.dumps({**told, **left_behind()}))
    with binding.bound(binding.PUBLIC):
        connections["default"].close()
        connections["default"].close_pool()  # type: ignore[attr-defined]


if __name__ == "__main__":
    main(*(int(argument) for argument in sys.argv[1:4]))
