"""Addresses on the bare domain."""

from django.urls import path

from apps.dashboard.platform import views

urlpatterns = [path("", views.index, name="index")]
