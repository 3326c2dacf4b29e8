"""Addresses on a tenant's host."""

from django.urls import URLPattern, URLResolver, include, path

urlpatterns: list[URLPattern | URLResolver] = [
    path("api/", include("apps.api.urls")),
    path("", include("apps.dashboard.urls")),
]
handler403 = "apps.dashboard.errors.refused"
handler404 = "apps.dashboard.errors.not_found"
handler500 = "apps.dashboard.errors.failed"
