"""What the story is about, as plain data: who, which card, when. No Django."""

import datetime as dt
from zoneinfo import ZoneInfo

from apps.core import clock
from apps.simulator.behaviour import Station, Visit

ZONE = ZoneInfo("Europe/Amsterdam")
SITE = "Duinweg 12"
HOME = ("HUIS-1", "HUIS-2")
CARD, SPARE = "04C0FFEE112233", "04C0FFEE445566"
SPARE_NAME = "Reservepas"
SERIAL, MARKING = "K3-0091-", "CE M24 0122"
RATE = 27_500  # in hundred-thousandths of a euro per kWh
PEOPLE = {  # e-mail address, role, where they log in
    "Anna": ("anna@alfa.example", "installer", "alfa"),
    "Dirk": ("dirk@thuis.example", "site_owner", "alfa"),
    "Adam": ("adam@beta.example", "administrator", "beta"),
    "Carla": ("carla@beta.example", "finance", "beta"),
    "Bas": ("bas@beta.example", "employee", "beta"),
}
MINUTE = dt.timedelta(minutes=1)


def _month_before(day: dt.date) -> dt.date:
    return (day.replace(day=1) - dt.timedelta(days=1)).replace(day=1)


_running = clock.now().astimezone(ZONE).date().replace(day=1)
SECOND = _month_before(_running)  # the last month that is over
FIRST = _month_before(SECOND)


def local(day: dt.date, hour: int, minute: int = 0) -> dt.datetime:
    """Return a moment of the site's wall clock."""
    return dt.datetime.combine(day, dt.time(hour, minute), ZONE).astimezone(dt.UTC)


BEGIN = local(FIRST, 9) - dt.timedelta(days=10)


def station(identity: str) -> Station:
    """Return the model of a charging station."""
    return Station(identity, tokens=(CARD,), interval_s=300, vendor="Havik", model="H11")


def visit(at: dt.datetime, wh: int, *, stays: dt.timedelta = MINUTE) -> Visit:
    """Return a vehicle that takes so much at 10 kW."""
    return Visit(at, CARD, 10_000, wh, stays)


# Seen live: two vehicles on an evening in the first month; 60.5 and 38.5 cents: half goes up.
EVENING = local(FIRST.replace(day=12), 18)
LIVE = (visit(EVENING, 2_200), visit(EVENING + 17 * MINUTE, 1_400))
# Told long after: the station was offline from the last evening of the first month on.
_LAST = SECOND - dt.timedelta(days=1)
LATE = (
    visit(local(_LAST, 20), 8_600),
    visit(local(_LAST, 22, 30), 15_049, stays=60 * MINUTE),  # ends in the second month
)


def name(month: dt.date) -> str:
    """Return a month as addresses and numbers have it."""
    return f"{month:%Y-%m}"
