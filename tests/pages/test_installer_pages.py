import datetime as dt
import re
from zoneinfo import ZoneInfo

import pytest

from apps.accounts.access import Level
from apps.accounts.operations import grant_access
from apps.cards.models import IdToken
from apps.core import binding, clock
from apps.evidence.models import SessionGrade
from apps.metering.models import Meter
from apps.stations.models import Connector, Station
from tests.pages import estate, people
from tests.pages.estate import NOW, make_frame, make_session, make_station

TOKEN = "04A2B3C45F2091"


@pytest.fixture
def anna(alfa):
    return people.make("installer")


def page(person, path):
    answer = person.get(path)
    assert answer.status_code == 200, answer.content[:500]
    return answer.content.decode()


def test_the_fleet_shows_the_worst_first(anna):
    make_station("VRIJ-1")
    make_station("LAADT-1", state="occupied", charging="charging")
    make_station("STUK-1", state="faulted")
    make_station("WEG-1", is_online=False)
    make_station("NIEUW-1", is_online=False, last_seen_at=None)
    text = page(anna, "/stations/")
    order = re.findall(r'href="/stations/([A-Z]+-1)/"', text)
    assert order == ["STUK-1", "WEG-1", "NIEUW-1", "LAADT-1", "VRIJ-1"]


def test_three_facts_of_a_station_stay_apart(anna):
    make_station("DRIE-1", state="occupied", charging="charging", is_operative=False)
    make_station("DRIE-2")
    text = page(anna, "/stations/")
    for head in ("Verbinding", "Inzet", "Bezetting"):
        assert f">{head}</th>" in text
    for word in ("online", "buiten dienst", "inzetbaar", "connector 1: laadt", "connector 1: vrij"):
        assert word in text, word
    assert "in gebruik" not in text  # reads as occupied


def test_the_fleet_filters_sorts_and_pages(anna):
    for number in range(53):
        make_station(f"RIJ-{number:02d}", site="Rij")
    make_station("ELDERS", site="Elders", state="faulted")
    assert "van 54" in page(anna, "/stations/")
    assert page(anna, "/stations/?page=2").count("<tr id=") == 4
    found = page(anna, "/stations/?q=ELDERS")
    assert "RIJ-01" not in found
    assert "ELDERS" in page(anna, "/stations/?state=fault")
    text = page(anna, "/stations/?sort=-station")
    assert text.index("RIJ-52") < text.index("RIJ-10")


def test_three_empty_fleets_say_three_things(anna):
    assert "Voeg de eerste toe" in page(anna, "/stations/")
    make_station("EEN")
    assert "geen daarvan past bij wat je koos" in page(anna, "/stations/?q=bestaatniet")
    site = estate.make_station("TWEE", site="Leeg").site
    with binding.bound("alfa"):
        guest = people.make_without_role()
        grant_access(
            site_uid=site.uid,
            user_id=guest.id,
            level=Level.BASIC,
            reason="kijken",
            until=None,
            granted_by=None,
        )
    Station.objects.filter(site=site).update(site=Station.objects.get(identity="EEN").site)
    assert "op de locaties die je mag zien" in page(guest, "/stations/")


def test_hostile_addresses_of_the_fleet_are_answered(anna):
    make_station("EEN")
    for query in ("q=%00", "page=999999999999", "page=-1", "site=abc", "sort=x", "state=../", "q="):
        assert anna.get(f"/stations/?{query}").status_code == 200


def test_the_file_cannot_carry_a_formula(anna):
    make_station("F-1", vendor='=HYPERLINK("x")', model="@SUM(1)", firmware="+1")
    text = anna.get("/stations/export.csv").content.decode("utf-8-sig")
    assert "'=HYPERLINK" in text
    assert "'@SUM" in text
    assert "'+1" in text


def test_the_station_page_shows_sessions_commands_and_frames(anna):
    station = make_station("PAAL-1", vendor="Havik", model="H22", state="occupied")
    session = make_session(station)
    SessionGrade.objects.create(
        session=session, letter="C", reasons=["NO_MID_EVIDENCE"], graded_at=NOW
    )
    make_frame(station, [2, "1", "StartTransaction", {"idTag": TOKEN, "meterStart": 5}])
    text = page(anna, "/stations/paal-1/")
    assert "27,648" in text
    assert "lb-grade-C" in text
    assert "••••2091" in text
    assert TOKEN not in text
    assert "€" not in text
    for path in ("sessions", "log", "commands"):
        assert "PAAL-1" in page(anna, f"/stations/PAAL-1/{path}/")


def test_a_foreign_station_and_one_that_is_not_there_are_the_same(anna):
    make_station("VAN-ALFA")
    with binding.bound("beta"):
        other = people.make("installer", "beta")
    here, there = other.get("/stations/VAN-ALFA/"), other.get("/stations/NIETS/")
    assert here.status_code == there.status_code == 404
    assert here.content == there.content


def test_a_guest_sees_one_site_at_their_level_only(alfa):
    mine, other = make_station("MIJN", site="Mijn"), make_station("ANDER", site="Ander")
    session = make_session(mine)
    guest = people.make_without_role()
    give = {"user_id": guest.id, "reason": "kijken", "until": None, "granted_by": None}
    grant_access(site_uid=mine.site.uid, level=Level.BASIC, **give)
    text = page(guest, "/stations/")
    assert "MIJN" in text
    assert "ANDER" not in text
    assert guest.get(f"/stations/{other.identity}/").status_code == 404
    assert guest.get(f"/sites/{other.site.uid}/").status_code == 404
    assert "Laatste sessies" not in page(guest, "/stations/MIJN/")
    for path in (f"/sessions/{session.uid}/", "/stations/MIJN/log/", "/stations/MIJN/sessions/"):
        answer = guest.get(path)
        assert answer.status_code == 403
        assert "niveau" in answer.content.decode()
    assert guest.post("/stations/MIJN/commands/reset/").status_code == 403
    grant_access(site_uid=mine.site.uid, level=Level.OPERATE, **give)
    assert guest.get(f"/sessions/{session.uid}/").status_code == 200
    assert guest.post("/stations/MIJN/commands/reset/", {"type": "soft"}).status_code == 302
    assert guest.get("/cards/").status_code == 404


def test_an_auditor_reads_but_does_not_command(alfa):
    auditor = people.make("auditor")
    make_station("PAAL-5")
    text = page(auditor, "/stations/PAAL-5/")
    assert "Herstarten" not in text
    assert auditor.post("/stations/PAAL-5/commands/reset/").status_code == 403
    assert auditor.get("/add-station/").status_code == 403
    assert auditor.get("/cards/add/").status_code == 403


def test_the_session_page_leads_from_energy_to_frames_without_money(anna):
    station = make_station("PAAL-6")
    begin = make_frame(
        station,
        [2, "9", "StartTransaction", {"idTag": TOKEN, "meterStart": 14582310}],
        at=NOW - dt.timedelta(hours=2),
        action="StartTransaction",
    )
    session = make_session(station, begin_frame=begin)
    SessionGrade.objects.create(
        session=session, letter="D", reasons=["END_SUBSTITUTED"], graded_at=NOW
    )
    text = page(anna, f"/sessions/{session.uid}/")
    for words in ("27,648", "27.648", "14.609.958", "De eindstand komt uit", "StartTransaction"):
        assert words in text
    assert bytes(begin.row_hash).hex() in text
    assert TOKEN not in text
    assert "€" not in text


def test_a_new_station_shows_its_key_once(anna):
    answer = anna.post("/add-station/", {"identity": "NIEUW-9", "site_name": "Kade"})
    text = answer.content.decode()
    assert "ws://localhost" in text
    assert "/ocpp/NIEUW-9" in text
    key = re.findall(r'data-copy="([^"]{16,})"', text)[-1]
    assert key not in page(anna, "/stations/NIEUW-9/")
    assert "Nooit gezien" in page(anna, "/stations/NIEUW-9/")
    again = anna.post("/add-station/", {"identity": "nieuw-9"}).content.decode()
    assert "Er is al een paal met deze naam" in again
    bad = anna.post("/add-station/", {"identity": "a/b"}).content.decode()
    assert "Deze naam kan niet" in bad
    empty = anna.post("/add-station/", {}).content.decode()
    assert "Vul de naam in waarmee de paal zich meldt." in empty
    assert Station.objects.filter(identity_key="nieuw-9").count() == 1


def test_cards_are_made_masked_blocked_and_freed(anna):
    made = {"token": TOKEN, "label": "Wagen 12", "valid_until": "2027-01-31"}
    assert anna.post("/cards/add/", made).status_code == 302
    text = page(anna, "/cards/")
    assert "••••2091" in text
    assert TOKEN not in text
    card = IdToken.objects.get()
    assert card.valid_until == dt.datetime(2027, 1, 31, 23, tzinfo=dt.UTC)
    anna.post(f"/cards/{card.pk}/block/", {"blocked": "yes"})
    assert "Geblokkeerd" in page(anna, "/cards/")
    anna.post(f"/cards/{card.pk}/block/", {"blocked": "no"})
    assert not IdToken.objects.get().is_blocked
    assert "Deze pas staat er al" in anna.post("/cards/add/", made).content.decode()
    nobody = anna.post("/cards/add/", {"token": "99887766", "email": "nobody@x.example"})
    assert "Niemand in deze organisatie" in nobody.content.decode()


def test_a_site_is_changed_and_a_meter_recorded(anna):
    station = make_station("PAAL-7", site="Kade")
    path = f"/sites/{station.site.uid}/"
    sent = {"name": "Kade 7", "ean": "871687110000000017", "time_zone": "Europe/Amsterdam"}
    assert anna.post(f"{path}change/", sent).status_code == 302
    assert "871687110000000017" in page(anna, path)
    wrong = anna.post(f"{path}change/", {**sent, "ean": "12", "time_zone": "Mars/Noord"})
    assert "Een EAN heeft 18 cijfers" in wrong.content.decode()
    assert "Deze tijdzone bestaat niet" in wrong.content.decode()
    meter = {"make": "Kwarts", "serial": "4471", "mid_marking": "CE M25 0122", "mid_year": "2025"}
    anna.post("/stations/PAAL-7/meter/", {**meter, "installed_at": "2025-03-01"})
    assert "CE M25 0122 2025" in page(anna, "/stations/PAAL-7/")
    anna.post("/stations/PAAL-7/meter/", {**meter, "rolls_over_wh": "100000000"})
    assert station.meters.get().rolls_over_wh == 10**8
    assert 'value="4471"' in page(anna, "/stations/PAAL-7/meter/")  # is not typed again
    never = anna.post("/stations/PAAL-7/meter/", {**meter, "rolls_over_wh": "7"})
    assert "Kies een stand uit de lijst." in never.content.decode()


def test_a_day_that_no_calendar_holds_is_told_in_the_form(anna):
    sent = {"token": "99887766", "valid_until": "9999-12-31"}
    text = anna.post("/cards/add/", sent).content.decode()
    assert "Kies een dag tussen 2000 en 2100." in text
    assert not IdToken.objects.filter(value="99887766").exists()


def test_a_card_is_not_made_for_days_that_are_over(anna):
    sent = {"token": "99887766", "valid_until": "2020-01-01"}
    assert "Deze dag is voorbij" in anna.post("/cards/add/", sent).content.decode()
    today = clock.now().astimezone(ZoneInfo("Europe/Amsterdam")).date()
    assert anna.post("/cards/add/", sent | {"valid_until": f"{today}"}).status_code == 302


def test_a_bent_form_frees_no_card(anna):
    anna.post("/cards/add/", {"token": "99887766"})
    card = IdToken.objects.get(value="99887766")
    anna.post(f"/cards/{card.pk}/block/", {"blocked": "yes"})
    assert anna.post(f"/cards/{card.pk}/block/", {}).status_code == 404
    card.refresh_from_db()
    assert card.is_blocked


def test_an_address_with_odd_letters_is_written_so_that_it_leads_there(anna):
    text = anna.post("/add-station/", {"identity": "A#1 b?c"}).content.decode()
    assert "/ocpp/A%231%20b%3Fc" in text


POLYGLOTS = (
    "<script>alert(1)</script>",
    "\"'><img src=x onerror=alert(1)>",
    "{{7*7}}{% debug %}",
    "</textarea></title><svg onload=alert(1)>",
)


@pytest.mark.parametrize("evil", POLYGLOTS)
def test_what_a_station_says_is_text_and_never_markup(anna, evil):
    station = make_station(
        "XSS-1", vendor=evil, model=evil, serial=evil, firmware=evil, state="faulted"
    )
    Connector.objects.filter(evse__station=station).update(
        error_code="OtherError"[:50], vendor_error=evil, info=evil
    )
    session = make_session(station, token=evil, stop_reason=evil[:50], transaction_id=evil[:36])
    make_frame(station, [2, evil, "DataTransfer", {"vendorId": evil, "data": evil}])
    make_frame(station, evil.encode())
    for path in ("/stations/", "/stations/XSS-1/", f"/sessions/{session.uid}/", "/sites/"):
        text = page(anna, path)
        assert evil not in text or "<" not in evil
        assert "<img src=x" not in text
        assert "<svg onload" not in text
    assert "<script>alert" not in page(anna, "/stations/XSS-1/log/")


@pytest.mark.parametrize(
    "poison",
    [dt.datetime(1, 1, 1, tzinfo=dt.UTC), dt.datetime(9999, 12, 31, 23, 59, tzinfo=dt.UTC)],
)
def test_a_poison_moment_never_breaks_a_page(anna, poison):
    station = make_station("TIJD-1", last_seen_at=poison, connected_at=poison, booted_at=poison)
    session = make_session(station, started_at=poison, start_received_at=NOW)
    make_frame(station, [2, "1", "Heartbeat", {}], at=poison)
    for path in ("/stations/", "/stations/TIJD-1/", "/stations/TIJD-1/log/", "/sites/"):
        page(anna, path)
    page(anna, f"/sessions/{session.uid}/")
    assert anna.get("/stations/TIJD-1/?day=0001-01-01").status_code == 200
    assert anna.get("/stations/export.csv").status_code == 200


def test_a_strange_name_of_a_station_has_a_page(anna):
    for name in ("A B#C?", "x'\"<y>", "%s".replace("%", "")):
        make_station(name)
    text = page(anna, "/stations/")
    for path in re.findall(r'class="lb-bold lb-clip"\s+href="([^"]+)"', text):
        assert anna.get(path.replace("&#x27;", "'").replace("&amp;", "&")).status_code == 200


def test_a_station_shows_the_meters_it_has_and_counts_those_before(anna):
    station = make_station("PAAL-8")
    for serial, removed in (("OUD-1", True), ("OUD-2", True), ("NU", False), ("NU", False)):
        Meter.objects.create(
            station=station, serial=serial, removed_at=dt.date(2026, 1, 1) if removed else None
        )
    text = page(anna, "/stations/PAAL-8/")
    assert text.count("Meter zonder MID-markering") == 1  # a register that began anew: one meter
    assert "NU" in text
    assert "OUD-1" not in text
    assert "Eerder 2 andere meters" in text
