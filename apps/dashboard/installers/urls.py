"""Addresses of the installer's pages."""

from django.urls import path

from apps.dashboard.installers import views

app_name = "installers"
urlpatterns = [
    path("stations/", views.fleet, name="fleet"),
    path("stations/export.csv", views.fleet_csv, name="fleet-csv"),
]
