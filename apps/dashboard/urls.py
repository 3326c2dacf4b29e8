"""Addresses of the pages on a tenant's host."""

from django.urls import include, path

from apps.dashboard.favicon import favicon

urlpatterns = [
    favicon,
    path("", include("apps.dashboard.entrance.urls")),
    path("", include("apps.dashboard.installers.urls")),
    path("", include("apps.dashboard.finance.urls")),
    path("", include("apps.dashboard.employees.urls")),
    path("", include("apps.dashboard.owners.urls")),
]
