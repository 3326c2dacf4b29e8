"""The settings of a station: read, judged, changed; every change is a command."""

import pytest

from apps.accounts.access import Level
from apps.accounts.operations import grant_access
from apps.core import clock
from apps.stations.models import Command, Station
from apps.stations.operations import Configuration, ToldSetting, record_answer
from tests.pages import people
from tests.pages.estate import make_station
from tests.pages.test_installer_pages import page

PATH = "/stations/PAAL-1/settings/"


@pytest.fixture
def anna(alfa):
    return people.make("installer")


@pytest.fixture
def station(alfa):
    return make_station("PAAL-1")


def told(**values):
    return [
        ToldSetting(
            name, None if value is None else value.lstrip("!"), (value or "").startswith("!")
        )
        for name, value in values.items()
    ]


def answer(settings, unknown=()):
    """Answer the newest question as a station would."""
    record_answer(
        command_id=Command.objects.filter(kind="get-config").latest("pk").pk,
        state="accepted",
        response={},
        configuration=Configuration(settings, unknown),
        now=clock.now(),
    )


def test_before_the_first_reading_nothing_is_claimed(anna, station):
    text = page(anna, PATH)
    assert "Instellingen nog niet gelezen" in text
    assert "wijkt af" not in text


def test_a_box_as_it_arrives_is_read_judged_and_set_right(anna, station):
    anna.post(f"{PATH}read/")
    answer(
        told(
            ClockAlignedDataInterval="0",
            LocalAuthorizeOffline="!false",
            MeterValuesSampledData="Voltage",
            AuthorizationKey=None,
        )
    )
    text = page(anna, PATH)
    assert "2 afwijkingen goedzetten" in text
    assert 'lb-status lb-warn">ligt vast' in text
    assert 'lb-status lb-off">ontbreekt' in text
    assert "niet te lezen" in text
    anna.post(f"{PATH}ready/")
    asked = Command.objects.filter(kind="set-config").order_by("pk")
    assert [row.args for row in asked] == [
        {"key": "ClockAlignedDataInterval", "value": "900"},
        {"key": "MeterValuesSampledData", "value": "Voltage,Energy.Active.Import.Register"},
    ]
    assert {row.requested_by for row in asked} != {""}


def test_a_whole_reading_forgets_what_is_gone_and_a_part_does_not(station, anna):
    anna.post(f"{PATH}read/")
    answer(told(A="1", B="2"))
    assert sorted(station.settings.values_list("variable", flat=True)) == ["A", "B"]
    Command.objects.create(
        station=station,
        kind="get-config",
        args={"keys": ["B", "C"]},
        requested_at=clock.now(),
        expires_at=clock.now(),
        state="sent",
    )
    answer(told(B="3"), unknown=["C"])
    assert dict(station.settings.values_list("variable", "value")) == {"A": "1", "B": "3"}
    anna.post(f"{PATH}read/")
    answer(told(B="3"))
    assert list(station.settings.values_list("variable", flat=True)) == ["B"]
    assert Station.objects.get().settings_read_at is not None


def test_a_setting_is_changed_and_the_key_of_a_station_is_not(anna, station):
    sent = anna.post(f"{PATH}change/", {"key": "HeartbeatInterval", "value": "60"}, follow=True)
    assert "Ze telt als de paal haar zelf teruggeeft" in sent.content.decode()
    assert Command.objects.get().args == {"key": "HeartbeatInterval", "value": "60"}
    for key in ("authorizationKEY", ""):
        anna.post(f"{PATH}change/", {"key": key, "value": "x"})
    assert Command.objects.count() == 1
    secret = anna.post(f"{PATH}change/", {"key": "AuthorizationKey", "value": "x"}, follow=True)
    assert "wijzig je niet als gewone instelling" in secret.content.decode()


def test_who_may_only_look_reads_and_changes_nothing(station):
    guest = people.make_without_role()
    grant_access(
        site_uid=station.site.uid,
        user_id=guest.id,
        level=Level.SENSITIVE,
        reason="kijken",
        until=None,
        granted_by=None,
    )
    assert "Instelling wijzigen" not in page(guest, PATH)
    for door in ("read", "change", "ready"):
        assert guest.post(f"{PATH}{door}/", {"key": "A", "value": "1"}).status_code == 403
    assert not Command.objects.exists()
