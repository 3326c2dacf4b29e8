"""Addresses of a site's owner."""

from django.urls import path

from apps.dashboard.owners import access, views

app_name = "owners"
urlpatterns = [
    path("own/", views.sites, name="sites"),
    path("own/<uuid:site_uid>/", views.site, name="site"),
    path("own/<uuid:site_uid>/admit/", access.admit, name="admit"),
    path("own/<uuid:site_uid>/payers/<uuid:link_uid>/end/", access.end, name="end_payer"),
    path("own/<uuid:site_uid>/access/new/", access.grant, name="grant"),
    path("own/<uuid:site_uid>/access/<int:grant_id>/revoke/", access.revoke, name="revoke"),
]
