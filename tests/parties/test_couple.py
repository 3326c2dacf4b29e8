"""A couple with employers in two tenants on one charger."""

import base64
import datetime as dt
import json
import re
from decimal import Decimal

import pytest
from django.db import connection

from apps.cdrs.models import ReceivedCdr
from apps.core import binding
from apps.reimbursement.models import Agreement, Statement, StatementLine
from apps.sessions.models import Session
from apps.tenants.bridge import run_in_tenant
from tests.parties.house import HERS, HIS, STRANGER, T0, close, deliver, settle

pytestmark = pytest.mark.isolation


def all_rows(schema: str) -> str:
    """Return every row of every table of a schema, as text."""
    out = []
    with binding.bound(schema), connection.cursor() as cursor:
        cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = %s", [schema])
        for (table,) in cursor.fetchall():
            cursor.execute(f'SELECT t::text FROM "{schema}"."{table}" t')
            out += [f"{table}: {row[0]}" for row in cursor.fetchall()]
    return "\n".join(out).lower()


def shapes(mark: str) -> set[str]:
    """Return how a mark could stand in a row: as text, as hex, as base64 at any offset."""
    raw = mark.encode()
    found = {mark, raw.hex()}
    for shift, first in ((0, 0), (1, 2), (2, 3)):
        coded = base64.b64encode(b"\0" * shift + raw).decode()
        found.add(coded[first : (shift + len(raw)) * 8 // 6])
    return {shape.lower() for shape in found if len(shape) > 5 or shape == mark}


def hits(rows: str, mark: str) -> list[str]:
    return [shape for shape in shapes(mark) if shape in rows]


def holds_figure(rows: str, figure: str) -> bool:
    """Tell whether a figure stands alone in a row: 19.001 seconds are not 9.00 euro."""
    return re.search(rf"(?<![\d.]){re.escape(figure)}0*(?!\d)", rows) is not None


@pytest.fixture
def october(house):
    for day in range(3):
        house.charge(HIS, T0 + dt.timedelta(days=day), 10_000)
        house.charge(HERS, T0 + dt.timedelta(days=day, hours=5), 8_000, stop_token=HIS)
    house.charge(STRANGER, T0 + dt.timedelta(days=9), 5_000)
    assert settle() == 7
    assert deliver() == 7
    return house


def sessions_of_others(house, schema):
    link = house.links[schema]
    return run_in_tenant(
        "alfa",
        lambda: [
            *Session.objects.exclude(payer_link__uid=link).values_list("uid", flat=True),
            *Session.objects.filter(payer_link=None).values_list("uid", flat=True),
        ],
    )


def test_a_couple_with_employers_in_two_tenants_on_one_charger_gets_two_right_statements_and_neither_tenant_sees_the_others_sessions_cards_or_names(  # noqa: E501
    october,
):
    his, hers = close("beta"), close("gamma")
    assert (his.amount, hers.amount) == (Decimal("9.00"), Decimal("6.00"))
    assert (his.exceptions, hers.exceptions) == (0, 0)
    own = run_in_tenant("alfa", ReceivedCdr.objects.count)
    assert own == 1  # nobody pays for the stranger: the manager's own inbox
    for schema, mine, foreign in (
        ("beta", HIS, (HERS, HERS[-4:], "kvjjq", "wilhelmina", "gamma", STRANGER)),
        ("gamma", HERS, (HIS, HIS[-4:], "wqzzx", "johannes", "beta", STRANGER)),
    ):
        rows = all_rows(schema)
        assert "m-77" in rows
        assert {mark: hits(rows, mark) for mark in foreign} == {mark: [] for mark in foreign}
        assert hits(rows, mine) == []  # even the own card stands there masked only
        assert mine[-4:].lower() in rows
        for uid in sessions_of_others(october, schema):
            assert str(uid) not in rows
            assert uid.hex not in rows
    managing = all_rows("alfa")
    assert [mark for mark in ("johannes", "wilhelmina") if mark in managing] == []
    assert [figure for figure in ("9.00", "0.30000") if holds_figure(managing, figure)] == []
    assert holds_figure(all_rows("beta"), "9.00")  # the control: where it belongs it is found


@pytest.mark.parametrize("mark", [HERS, "wilhelmina", "kvjjq.example"])
def test_the_search_for_the_others_marks_finds_them_in_every_shape(october, mark):
    """The control: what the test above looks for would be found, however it were stored."""
    for planted in (
        mark,
        mark.encode().hex(),
        base64.b64encode(mark.encode()).decode(),
        base64.b64encode(b"x" + mark.encode() + b"yz").decode(),
        base64.b64encode(b"xy" + mark.encode() + b"yz").decode(),
    ):
        run_in_tenant("beta", _plant, planted)
        assert hits(all_rows("beta"), mark), planted
        run_in_tenant("beta", _plant)
        assert hits(all_rows("beta"), mark) == []


def _plant(text="nl_fixed"):
    Agreement.objects.update(scheme=text)


def test_both_statements_show_their_own_lines_only(october):
    close("beta")
    close("gamma")
    for schema, link, wh in (("beta", "beta", 30_000), ("gamma", "gamma", 24_000)):
        lines = run_in_tenant(
            schema,
            lambda: list(StatementLine.objects.values_list("link_uid", "energy_wh", "grade")),
        )
        assert {row[0] for row in lines} == {october.links[link]}
        assert sum(row[1] for row in lines) == wh
        assert {row[2] for row in lines} == {"B"}
        numbers = run_in_tenant(schema, lambda: [s.number for s in Statement.objects.all()])
        assert numbers == ["VS-2026-10-0001"]


def test_a_stop_that_was_lost_shows_his_employer_nothing_of_her_start(house):
    """Her start proves his register; his record knows of its frame no more than the hash."""
    charged = house.charge(HIS)
    lost = house.charge_without_stop(HIS, T0 + dt.timedelta(hours=20))
    house.charge(HERS, T0 + dt.timedelta(hours=30), 5_000)
    settle()
    deliver()

    def uids():
        return [str(Session.objects.get(pk=pk).uid) for pk in (charged, lost)]

    whole, cut = run_in_tenant("alfa", uids)
    bodies = run_in_tenant(
        "beta", lambda: {row.body["session"]: row.body for row in ReceivedCdr.objects.all()}
    )
    assert "payload" in bodies[whole]["frames"]["end"]
    end = bodies[cut]["frames"]["end"]
    assert bodies[cut]["end"]["source"] == "next_start"
    assert "payload" not in end
    assert len(end["leaf"]) == 64
    assert hits(json.dumps(bodies[cut]).lower(), HERS) == []


def test_his_own_next_start_stays_in_his_record(house):
    lost = house.charge_without_stop(HIS, T0)
    house.charge(HIS, T0 + dt.timedelta(hours=30), 5_000)
    settle()
    deliver()
    uid = run_in_tenant("alfa", lambda: str(Session.objects.get(pk=lost).uid))
    bodies = run_in_tenant(
        "beta", lambda: {row.body["session"]: row.body for row in ReceivedCdr.objects.all()}
    )
    assert "payload" in bodies[uid]["frames"]["end"]
