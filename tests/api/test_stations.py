from decimal import Decimal

from apps.stations.models import Connector, Station
from tests.api.conftest import NOW, add_station


def test_a_station_shows_three_facts_and_its_connectors(api):
    add_station("Alfen-1", connectors=2)
    Station.objects.update(is_online=True, is_operative=False, last_seen_at=NOW)
    Connector.objects.filter(evse__number=2).update(
        occupancy="occupied", charging_state="charging", power_w=7400, register_wh=Decimal("12.5")
    )
    row = api("read").get("/stations/alfen-1").json()["data"]
    assert row["identity"] == "Alfen-1"
    assert (row["connectivity"], row["operational"]) == ("online", "inoperative")
    plugs = [plug for evse in row["evses"] for plug in evse["connectors"]]
    assert [plug["occupancy"] for plug in plugs] == ["available", "occupied"]
    assert plugs[1]["register_wh"] == 12.5
    assert plugs[1]["power_w"] == 7400
    assert plugs[0]["status_at"] == "2026-11-01T12:00:00Z"
    assert plugs[0]["measured_at"] is None


def test_a_station_that_never_came_is_not_called_offline(api):
    add_station("new")
    add_station("gone")
    Station.objects.filter(identity="gone").update(last_seen_at=NOW)
    rows = api("read").get("/stations").json()["data"]
    assert [row["connectivity"] for row in rows] == ["never_seen", "offline"]


def test_stations_are_found_by_identity(api):
    add_station("one")
    add_station("two")
    reader = api("read")
    rows = reader.get("/stations", identity=" TWO ").json()["data"]
    assert [row["identity"] for row in rows] == ["two"]
    assert reader.get("/stations", identity="three").json()["data"] == []


def test_a_page_of_stations_costs_the_same_at_any_size(api, django_assert_max_num_queries):
    for number in range(30):
        add_station(f"s{number}", connectors=2)
    reader = api("read")
    reader.get("/stations")
    with django_assert_max_num_queries(7):  # host, token, three of the page; two paths
        assert len(reader.get("/stations").json()["data"]) == 30
