"""Addresses that somebody types, bends or mails: never an error of ours."""

import pytest

from tests.pages import people

pytestmark = pytest.mark.usefixtures("bare")

HUGE = "9" * 30
INSTALLERS = (
    "/stations/a%00b/",
    "/stations/%0d%0aSet-Cookie:x/",
    f"/stations/{'a' * 300}/",
    "/stations/%F0%9F%94%8C/log/",
    "/stations/?page=-1&q=%00",
    f"/stations/?page={HUGE}",
    "/stations/?state=%00&site=%00",
    "/cards/?q=%00",
    f"/cards/?q={'x' * 3000}",
    f"/cards/{HUGE}/block/",
    "/sites/00000000-0000-0000-0000-000000000000/",
)
FINANCE = (
    "/finance/months/0001-01/",
    "/finance/months/1000-01/",
    "/finance/months/9999-12/",
    "/finance/months/9999-12/close/",
    "/finance/months/2026-13/",
    "/finance/statements/?q=%00",
    f"/finance/statements/?q={'x' * 3000}",
    "/finance/statements/?month=9999-12",
    "/finance/statements/?month=%00",
    "/finance/statements/a%00b/",
    "/finance/statements/VS-2026-10-0001/a%00b/download/",
    f"/finance/statements/VS-2026-10-0001/lines/{HUGE}/",
    f"/finance/exceptions/{HUGE}/",
    f"/finance/agreements/{HUGE}/",
)
EMPLOYEES = (
    "/my/months/9999-12/",
    "/my/months/1000-01/",
    f"/my/sessions/{HUGE}/",
    "/my/statements/a%00b/csv/download/",
)


@pytest.mark.parametrize(
    ("role", "addresses"),
    [("installer", INSTALLERS), ("finance", FINANCE), ("employee", EMPLOYEES)],
)
def test_no_address_ends_in_an_error_of_ours(role, addresses):
    person = people.make(role)
    answers = {address: person.get(address).status_code for address in addresses}
    assert {a: code for a, code in answers.items() if code not in {200, 302, 404, 405}} == {}
