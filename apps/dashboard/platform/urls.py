"""Addresses on the bare domain."""

from django.urls import path

from apps.dashboard.favicon import favicon
from apps.dashboard.platform import views

urlpatterns = [favicon, path("", views.index, name="index")]
