"""Moving in with a file: a result per row, all or nothing, and a way back."""

import csv
import html
import io
import re

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile

from apps.audit.models import AuditEntry
from apps.core import clock
from apps.sites.models import Site
from apps.stations.models import Station, StationImport
from apps.tenants.identities import key_matches
from apps.tenants.models import DirectoryEntry
from tests.pages import people
from tests.pages.estate import make_station
from tests.pages.test_installer_pages import page

START = "/add-station/import/"
KEY = "AbCdEf0123456789abcdef0123456789ABCDEF01"
GOOD = f"naam;locatie;ean;sleutel\nNL-1;Kade;871687110000000017;\nNL-2;Kade;;{KEY}\nNL-3;;;\n"


@pytest.fixture
def anna(alfa):
    return people.make("installer")


def check(person, text):
    """Send a file; returns the address of its result."""
    answer = person.post(START, {"file": SimpleUploadedFile("palen.csv", text.encode())})
    assert answer.status_code == 302, answer.content.decode()
    return answer.headers["Location"]


def test_a_checked_file_has_made_nothing_yet(anna):
    before = AuditEntry.objects.count()
    path = check(anna, GOOD)
    assert "3 palen importeren" in page(anna, path)
    assert not Station.objects.exists()
    assert not Site.objects.exists()
    assert not DirectoryEntry.objects.filter(identity__startswith="NL-").exists()
    assert AuditEntry.objects.count() == before + 1


def test_a_file_is_imported_whole_and_its_new_keys_are_shown_once(anna):
    path = check(anna, GOOD)
    text = anna.post(f"{path}apply/").content.decode()
    assert sorted(Station.objects.values_list("identity", "site__name")) == [
        ("NL-1", "Kade"),
        ("NL-2", "Kade"),
        ("NL-3", "Zonder locatie"),
    ]
    assert Site.objects.get(name="Kade").ean == "871687110000000017"
    (copied,) = re.findall(r'data-copy="(identity;[^"]*)"', text)
    keys = {
        row["identity"]: row["key"]
        for row in csv.DictReader(io.StringIO(html.unescape(copied)), delimiter=";")
    }
    assert len(keys["NL-1"]) == len(keys["NL-3"]) == 40
    assert keys["NL-2"] == ""
    assert KEY.lower() not in text.lower()
    later = page(anna, path)
    assert keys["NL-1"] not in later
    assert "0 van 3 palen hebben zich gemeld." in later
    assert anna.post(f"{path}apply/", follow=True).status_code == 200
    assert Station.objects.count() == 3


def test_a_key_that_came_along_opens_the_door_and_is_nowhere_in_clear(anna):
    path = check(anna, GOOD)
    anna.post(f"{path}apply/")
    entry = DirectoryEntry.objects.get(identity="NL-2")

    def opens(password: bytes) -> bool:
        salt, wanted = bytes(entry.key_salt), bytes(entry.key_hash)
        pepper = settings.STATION_KEY_PEPPER
        return key_matches(pepper=pepper, salt=salt, wanted=wanted, password=password)

    assert opens(KEY.encode())
    assert opens(bytes.fromhex(KEY))
    assert not opens(KEY[:-1].encode() + b"0")
    assert KEY.lower() not in str(StationImport.objects.get().rows).lower()


@pytest.mark.parametrize(
    ("row", "says"),
    [
        (";Kade;;", "Deze naam kan niet"),
        ("a/b;Kade;;", "Deze naam kan niet"),
        ("bezet;Kade;;", "Er is al een paal met deze naam"),
        ("NL-1;Kade;;", "Er is al een paal met deze naam"),
        ("NL-9;Kade;123;", "Een EAN heeft 18 cijfers"),
        ("NL-9;Kade;871687110000000099;", "Deze locatie heeft al een andere EAN"),
        ("NL-9;Kade;;kort", "Een sleutel heeft 16 tot 40"),
        ("NL-9;" + "x" * 121 + ";;", "hoogstens 120 tekens"),
    ],
)
def test_each_row_that_cannot_be_says_why_and_nothing_is_made(anna, row, says):
    make_station("BEZET")
    path = check(anna, GOOD + row + "\n")
    text = page(anna, path)
    assert "1 regel kan niet" in text
    assert says in text
    assert "importeren</button>" not in text
    anna.post(f"{path}apply/")
    assert list(Station.objects.values_list("identity", flat=True)) == ["BEZET"]


def test_what_changed_since_the_check_leaves_nothing_half_done(anna):
    path = check(anna, GOOD)
    make_station("NL-2")
    answer = anna.post(f"{path}apply/", follow=True)
    assert "er is niets veranderd" in answer.content.decode()
    assert list(Station.objects.values_list("identity", flat=True)) == ["NL-2"]
    assert StationImport.objects.get().state == "checked"


def test_an_import_is_taken_back_until_one_of_its_stations_connects(anna):
    path = check(anna, GOOD)
    anna.post(f"{path}apply/")
    assert "3 palen zijn teruggenomen" in anna.post(f"{path}undo/", follow=True).content.decode()
    assert not Station.objects.exists()
    assert not DirectoryEntry.objects.filter(identity__startswith="NL-").exists()
    again = check(anna, GOOD)
    anna.post(f"{again}apply/")
    Station.objects.filter(identity="NL-3").update(connected_at=clock.now())
    text = page(anna, again)
    assert "1 van 3 palen" in text
    assert "Import terugnemen" not in text
    kept = anna.post(f"{again}undo/", follow=True).content.decode()
    assert "heeft zich al gemeld" in kept
    assert Station.objects.count() == 3


def test_a_file_that_cannot_be_read_is_told_in_the_form(anna):
    answer = anna.post(START, {"file": SimpleUploadedFile("x.csv", b"naam;kleur\nA;rood\n")})
    assert "Een kolom is onbekend" in answer.content.decode()
    assert "Kies een bestand." in anna.post(START, {}).content.decode()
    assert not StationImport.objects.exists()


def test_who_may_not_add_stations_may_not_import_them(anna):
    path = check(anna, GOOD)
    for person in (people.make("auditor"), people.make("employee"), people.make_without_role()):
        assert person.get(START).status_code in {403, 404}
        assert person.post(f"{path}apply/").status_code in {403, 404}
    assert not Station.objects.exists()
