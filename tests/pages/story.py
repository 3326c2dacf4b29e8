"""A month at a couple's home, and the people who read it: employer beta, installer alfa."""

import datetime as dt
from dataclasses import dataclass

from apps.accounts.models import User
from apps.accounts.operations import create_user, own_site
from apps.core import binding, clock
from apps.tenants.bridge import run_in_tenant
from tests.pages import people
from tests.pages.people import PASSWORD, Person
from tests.parties.finance import doubtful, flag, pay
from tests.parties.house import HIM, HIS, NOVEMBER, T0, House, build, close, deliver, settle

DAY = dt.timedelta(days=1)
NIGHT = dt.datetime(2026, 10, 14, 19, 47, tzinfo=dt.UTC)
BEGIN = T0 - 60 * DAY
SCRIPT = "<script>alert(1)</script>"


@dataclass
class Story:
    house: House
    carla: Person  # finance at beta
    bas: Person  # employee at beta: his card, his home
    dirk: Person  # owner of the home, reads at alfa


def employ(email, name):
    """Make a known person an employee of beta with the tests' password."""
    with binding.bound("beta"):
        create_user(email=email, role="employee")
    with binding.bound(binding.PUBLIC):
        user = User.objects.get(email=email)
        user.name = name
        user.set_password(PASSWORD)
        user.save()
    return people.log_in("beta", email)


def own(house):
    """Let a person without any role own the home."""
    with binding.bound(binding.PUBLIC):
        user = User.objects.create_user("dirk@voorbeeld.example", PASSWORD, name="Dirk Wolda")
    run_in_tenant("alfa", own_site, site_uid=house.site_uid, user_id=user.pk, now=BEGIN)
    return people.log_in("alfa", user.email)


def tell(name="Bas Terpstra"):
    """Build the home and log everybody in; nothing has been charged yet."""
    house = build()
    return Story(house, people.make("finance", "beta"), employ(HIM, name), own(house))


def october(story):
    """Charge three good sessions, one to review and one that is never paid."""
    for n in range(3):
        pay(story.house, at=T0 + n * DAY, wh=27_648, hours=4)
    doubtful(story.house, at=T0 + 4 * DAY, wh=19_733)
    broken = story.house.charge(HIS, T0 + 6 * DAY, 4_000)
    flag(broken, "REGISTER_DECREASED")
    settle()
    deliver()


def text_of(answer):
    assert answer.status_code == 200, answer.status_code
    return answer.content.decode().replace("\u00a0", " ").replace("&nbsp;", " ")


def at(moment=NOVEMBER):
    """Let the pages believe that it is this moment."""
    return clock.replaying(moment)


__all__ = ["HIM", "HIS", "NOVEMBER", "T0", "close", "deliver", "settle"]
