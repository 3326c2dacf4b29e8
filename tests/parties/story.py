"""A month of the couple, told in a process of its own: `python -m tests.parties.story`."""

import django

django.setup()

import datetime as dt  # noqa: E402

from apps.core import binding  # noqa: E402
from apps.tenants.bridge import run_in_tenant  # noqa: E402
from tests.parties.house import HERS, HIS, NOVEMBER, T0, build, close, deliver, settle  # noqa: E402

DAY = dt.timedelta(days=1)
binding.force(None)
house = build()
for number in range(20):
    run_in_tenant("alfa", house.journal.append, b'[2,"h","Heartbeat",{}]', T0 + DAY * number / 2)
    run_in_tenant(
        "alfa", house.journal.append, b'[2,"a","Authorize",{"idTag":"04GGGG"}]', T0 + DAY * number
    )
house.charge(HIS)
house.charge(HERS, T0 + DAY)
house.charge(HIS, NOVEMBER - DAY)
settle()
deliver()
for payer in ("beta", "gamma"):
    close(payer)
