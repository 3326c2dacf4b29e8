"""Records: issued once, delivered at least once, kept as they came."""

import datetime as dt
import hashlib
import json
import uuid
from decimal import Decimal

import pytest

from apps.accounts import operations as accounts
from apps.cdrs import operations as cdrs
from apps.cdrs.models import Delivery, IssuedCdr, ReceivedCdr, ReceivedConflict
from apps.cdrs.tasks import sweep_records_task
from apps.core import binding, chain
from apps.core.refused import NotFound, Refused
from apps.sessions.models import Session
from apps.sites.models import Site
from apps.stations.models import JournalPayload
from apps.tenants.bridge import run_in_tenant
from apps.tenants.models import Tenant
from apps.tenants.tasks import HEADER
from tests.parties.house import HERS, HIS, NOVEMBER, T0, close, deliver, settle


def count(schema, model, **kw):
    return run_in_tenant(schema, lambda: model.objects.filter(**kw).count())


def bodies(schema="alfa", model=IssuedCdr):
    return run_in_tenant(schema, lambda: [row.body for row in model.objects.order_by("pk")])


def settled(house, **more):
    session_id = house.charge(HIS, **more)
    assert settle() == 1
    return session_id, bodies()[-1]


def floats(value):
    if isinstance(value, dict):
        return [hit for item in value.values() for hit in floats(item)]
    if isinstance(value, list):
        return [hit for item in value for hit in floats(item)]
    return [value] if isinstance(value, float) else []


def test_a_record_holds_what_money_needs_and_no_name_card_or_address(house):
    _, body = settled(house, readings=((0.5, 2000), (1, 7000)))
    assert (body["v"], body["issuer"], body["link"]) == (1, "alfa", str(house.links["beta"]))
    assert body["meter"]["serial"] == "M-77"
    assert (body["meter"]["mid_marking"], body["meter"]["mid_year"]) == ("CE M24 0122", "2024")
    assert (Decimal(body["begin"]["wh"]), Decimal(body["end"]["wh"])) == (
        Decimal(1000),
        Decimal(11000),
    )
    assert Decimal(body["energy_wh"]) == 10_000
    assert body["site"] == {
        "uid": str(house.site_uid),
        "country": "NL",
        "region": "",
        "time_zone": "Europe/Amsterdam",
        "ean": "",
    }
    assert body["token"] == "••••" + HIS[-4:].casefold()
    assert body["grade"] == "B"
    assert floats(body) == []
    text = json.dumps(body).lower()
    assert [mark for mark in (HIS.lower(), "johannes", "dorpsstraat") if mark in text] == []


def test_the_parts_of_a_record_follow_its_readings_and_sum_to_its_energy(house):
    _, body = settled(house, readings=((0.5, 2000), (1, 7000)))
    parts = [(part["from"][11:16], int(Decimal(part["wh"]))) for part in body["parts"]]
    assert parts[:4] == [("08:00", 1000), ("08:15", 1000), ("08:30", 2500), ("08:45", 2500)]
    assert sum(wh for _, wh in parts) == 10_000
    _, plain = settled(house, at=T0 + dt.timedelta(days=1))
    assert {part["gap_s"] for part in plain["parts"]} == {"0", "7200"}
    assert {Decimal(part["wh"]) for part in plain["parts"]} == {1250}


def test_the_ean_of_a_record_is_masked(house):
    run_in_tenant("alfa", lambda: Site.objects.update(ean="871612345000319512"))
    _, body = settled(house)
    assert body["site"]["ean"] == "••••••••••••••9512"


def check_frame(frame):
    links = chain.Chain(frame["connection"])
    if "leaf" in frame:
        leaf = bytes.fromhex(frame["leaf"])
    else:
        leaf = links.leaf(
            seq=frame["seq"],
            direction=frame["direction"],
            at_us=frame["at_us"],
            payload=frame["payload"].encode(),
        )
    return links.link(bytes.fromhex(frame["prev"]), leaf).hex() == frame["hash"]


def test_a_record_carries_the_frames_that_fix_begin_and_end(house):
    _, body = settled(house)
    begin, end = body["frames"]["begin"], body["frames"]["end"]
    assert check_frame(begin)
    assert check_frame(end)
    assert json.loads(begin["payload"])[3]["meterStart"] == 1000
    assert json.loads(end["payload"])[3]["meterStop"] == 11000
    assert json.loads(begin["payload"])[3]["idTag"].startswith("~")
    assert end["prev"] == begin["hash"]
    assert not check_frame({**end, "payload": end["payload"].replace("11000", "12000")})


def test_a_frame_whose_bytes_were_dropped_is_known_by_its_leaf(house):
    session_id = house.charge(HIS)
    session = run_in_tenant(
        "alfa", lambda: list(Session.objects.filter(pk=session_id).values_list("end_frame_id"))
    )
    from apps.cdrs.records import find_frame  # noqa: PLC0415

    def dropped():
        full = find_frame(row_id=session[0][0])
        payload = JournalPayload.objects.get(row_id=session[0][0])
        assert full is not None
        return full, hashlib.sha256(bytes(payload.body)).hexdigest()

    full, _ = run_in_tenant("alfa", dropped)
    leaf = chain.Chain(full["connection"]).leaf(
        seq=full["seq"],
        direction=full["direction"],
        at_us=full["at_us"],
        payload=full.pop("payload").encode(),
    )
    assert check_frame({**full, "leaf": leaf.hex()})


def test_a_record_survives_its_column_unchanged(house):
    settled(house)
    row = run_in_tenant("alfa", lambda: IssuedCdr.objects.values("body", "digest").get())
    text = json.dumps(row["body"], sort_keys=True, separators=(",", ":"))
    assert hashlib.sha256(text.encode()).digest() == bytes(row["digest"])


def test_a_session_is_settled_once(house):
    session_id, body = settled(house)
    assert settle() == 0
    again = run_in_tenant("alfa", cdrs.settle_session, session_id=session_id, now=NOVEMBER)
    assert again == body["id"]
    uid = run_in_tenant("alfa", lambda: Session.objects.get(pk=session_id).uid)
    assert again == str(uuid.uuid5(uid, "1"))
    assert count("alfa", IssuedCdr) == count("alfa", Delivery) == 1


def test_a_session_that_has_not_ended_is_not_settled(house):
    session_id = house.charge(HIS)
    run_in_tenant("alfa", lambda: Session.objects.update(state="active"))
    with pytest.raises(Refused) as caught:
        run_in_tenant("alfa", cdrs.settle_session, session_id=session_id, now=NOVEMBER)
    assert caught.value.reason == "session_open"
    assert settle() == 0


def test_a_session_is_not_settled_before_it_is_due(house):
    house.charge(HIS)
    assert settle(now=T0 + dt.timedelta(hours=2, seconds=30)) == 0
    assert settle(now=T0 + dt.timedelta(hours=3)) == 1


def test_unknown_sessions_are_not_found_and_unsettled_ones_not_corrected(house):
    for operation in (cdrs.settle_session, cdrs.correct_session):
        with pytest.raises(NotFound):
            run_in_tenant("alfa", operation, session_id=999_999, now=NOVEMBER)
    session_id = house.charge(HIS)
    with pytest.raises(Refused, match="correct"):
        run_in_tenant("alfa", cdrs.correct_session, session_id=session_id, now=NOVEMBER)


def test_one_session_that_cannot_be_settled_does_not_hold_up_the_others(house):
    first = house.charge(HIS)
    house.charge(HERS, T0 + dt.timedelta(hours=5))

    def break_one():
        Session.objects.filter(pk=first).update(ended_at=None)

    run_in_tenant("alfa", break_one)
    assert settle() == 1
    state = run_in_tenant("alfa", lambda: Session.objects.get(pk=first).state)
    assert state == "closed"
    assert settle(now=NOVEMBER + dt.timedelta(minutes=9)) == 0  # not at once again


def test_delivery_is_idempotent_and_keeps_the_first_of_a_conflict(house):
    _, body = settled(house)
    assert deliver() == 1
    assert deliver() == 0
    receive = cdrs.receive_cdr
    assert run_in_tenant("beta", receive, body=body, now=NOVEMBER) == "held"
    forged = {**body, "energy_wh": "1"}
    assert run_in_tenant("beta", receive, body=forged, now=NOVEMBER) == "content_differs"
    assert run_in_tenant("beta", receive, body=forged, now=NOVEMBER) == "content_differs"
    assert (count("beta", ReceivedCdr), count("beta", ReceivedConflict)) == (1, 1)
    assert bodies("beta", ReceivedCdr) == [body]


def test_a_version_from_the_future_is_kept_and_not_guessed(house):
    _, body = settled(house)
    future = {"v": 2, "id": body["id"], "issuer": "alfa", "kwh": "1"}
    got = run_in_tenant("beta", cdrs.receive_cdr, body=future, now=NOVEMBER)
    assert got == "unknown_version"
    assert (count("beta", ReceivedCdr), count("beta", ReceivedConflict)) == (0, 1)


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"link": str(uuid.uuid4())}, "link_not_ours"),
        ({"link": None}, "link_not_ours"),
        ({"ended_at": "yesterday"}, "cdr_malformed"),
        ({"link": "x"}, "cdr_malformed"),
    ],
)
def test_a_record_for_another_payer_or_without_a_usable_field_is_refused(house, changes, reason):
    _, body = settled(house)
    with pytest.raises(Refused) as caught:
        run_in_tenant("beta", cdrs.receive_cdr, body={**body, **changes}, now=NOVEMBER)
    assert caught.value.reason == reason
    assert count("beta", ReceivedCdr) == 0


def test_the_tenant_task_settles_and_delivers(house):
    house.charge(HIS)
    result = sweep_records_task.apply(kwargs={}, headers={HEADER: "alfa"})
    assert result.get() == (1, 1)


def test_a_missing_schema_is_retried_with_growing_pauses_and_nothing_falls_into_public(house):
    settled(house)
    with binding.bound("public"):
        Tenant.objects.filter(schema_name="beta").update(schema_name="vanished")
    moment = NOVEMBER
    for attempts, pause in ((1, 10), (2, 20), (3, 40)):
        assert deliver(moment) == 0
        row = run_in_tenant("alfa", lambda: Delivery.objects.values().get())
        assert (row["attempts"], row["last_error"]) == (attempts, "SchemaMissingError")
        assert row["due_at"] == moment + dt.timedelta(seconds=pause)
        assert deliver(moment) == 0  # not due before its pause
        moment = row["due_at"]
    with binding.bound("public"):
        Tenant.objects.filter(schema_name="vanished").update(schema_name="beta")
    assert deliver(moment) == 1


def test_own_sessions_take_the_same_road(house):
    from tests.parties.house import admit  # noqa: PLC0415

    link = admit(house, "alfa", "OWNCARD1", house.owner_id)
    from apps.reimbursement.operations import agree  # noqa: PLC0415

    run_in_tenant(
        "alfa",
        agree,
        link_uid=link,
        valid_from=dt.date(2026, 1, 1),
        rate_eur_per_kwh=Decimal("0.20"),
        now=T0,
    )
    house.charge("owncard1")
    settle()
    assert deliver() == 1
    assert close("alfa").amount == Decimal("2.00")


def test_the_link_of_the_start_pays_although_it_ended_during_the_session(house):
    session_id = house.charge(HIS)
    run_in_tenant(
        "beta",
        accounts.end_payer,
        link_uid=house.links["beta"],
        now=T0 + dt.timedelta(minutes=1),
    )
    after = house.charge(HIS, T0 + dt.timedelta(days=1))

    def links():
        rows = Session.objects.in_bulk([session_id, after])
        first = rows[session_id].payer_link
        return None if first is None else first.uid, rows[after].payer_link

    assert run_in_tenant("alfa", links) == (house.links["beta"], None)


def test_a_real_stop_after_a_presumed_one_credits_the_record_and_issues_another(house):
    session_id, body = settled(house)

    def replace(end):
        session = Session.objects.get(pk=session_id)
        session.state, session.settle_due_at = "closed", T0
        session.register_stop_wh = Decimal(end)
        session.save()

    run_in_tenant("alfa", replace, 9000)
    assert settle() == 1
    assert [(b["id"], b["credit_of"]) for b in bodies()][1:2] == [(body["id"] + "-C", body["id"])]
    assert Decimal(bodies()[-1]["energy_wh"]) == 8000
    run_in_tenant("alfa", replace, 9000)  # closed anew, but nothing changed
    assert settle() == 1
    assert count("alfa", IssuedCdr) == 3
    assert deliver() == 3


def test_a_station_whose_meter_nobody_named_still_has_one_register_owner(db):
    from apps.metering.models import Meter  # noqa: PLC0415
    from tests.parties.house import build  # noqa: PLC0415

    house = build(installed_at=dt.date(2026, 10, 20))
    house.charge(HIS)
    house.charge(HIS, T0 + dt.timedelta(days=1))
    settle()
    early = {body["meter"]["uid"] for body in bodies()}
    assert len(early) == 1
    assert {body["meter"]["serial"] for body in bodies()} == {""}
    house.charge(HIS, dt.datetime(2026, 10, 25, 9, tzinfo=dt.UTC))
    settle()
    late = bodies()[-1]
    assert late["meter"]["serial"] == "M-77"
    assert late["meter"]["uid"] not in early
    assert count("alfa", Meter) == 2
