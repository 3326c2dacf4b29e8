"""Addresses of the installer's pages."""

from django.urls import path

from apps.dashboard.installers import (
    add_views,
    card_views,
    connection_views,
    import_views,
    place_views,
    session_views,
    settings_views,
    station_views,
    views,
)

app_name = "installers"
STATION = "stations/<text:identity>/"
urlpatterns = [
    path("stations/", views.fleet, name="fleet"),
    path("stations/export.csv", views.fleet_csv, name="fleet-csv"),
    path("add-station/", add_views.add_station, name="add"),
    path("add-station/import/", import_views.start, name="import-start"),
    path("add-station/import/<uuid:uid>/", import_views.result, name="import"),
    path("add-station/import/<uuid:uid>/apply/", import_views.apply, name="import-apply"),
    path("add-station/import/<uuid:uid>/undo/", import_views.undo, name="import-undo"),
    path(STATION, station_views.overview, name="station"),
    path(f"{STATION}sessions/", station_views.sessions, name="station-sessions"),
    path(f"{STATION}log/", station_views.log, name="station-log"),
    path(f"{STATION}commands/", station_views.commands, name="station-commands"),
    path(f"{STATION}commands/<slug:kind>/", station_views.command, name="command"),
    path(f"{STATION}connections/", connection_views.connections, name="station-connections"),
    path(f"{STATION}settings/", settings_views.settings, name="station-settings"),
    path(f"{STATION}settings/read/", settings_views.read, name="settings-read"),
    path(f"{STATION}settings/change/", settings_views.change, name="settings-change"),
    path(f"{STATION}settings/ready/", settings_views.make_ready, name="settings-ready"),
    path(f"{STATION}power.json", station_views.power_data, name="power"),
    path(f"{STATION}meter/", add_views.add_meter, name="meter"),
    path("sessions/<uuid:uid>/", session_views.session, name="session"),
    path("sites/", place_views.sites, name="sites"),
    path("sites/<uuid:uid>/", place_views.site, name="site"),
    path("sites/<uuid:uid>/change/", place_views.change_site, name="site-change"),
    path("cards/", card_views.cards, name="cards"),
    path("cards/add/", card_views.add_card, name="card-add"),
    path("cards/<int:card_id>/block/", card_views.block_card, name="card-block"),
]
