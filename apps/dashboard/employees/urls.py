"""Addresses of an employee's own pages."""

from django.urls import path

from apps.dashboard import months  # noqa: F401 - registers the converter
from apps.dashboard.employees import views

app_name = "employees"
urlpatterns = [
    path("my/", views.current, name="current"),
    path("my/months/<month:month>/", views.month, name="month"),
    path("my/sessions/<int:cdr_pk>/", views.session, name="session"),
    path("my/statements/<text:number>/<text:kind>/download/", views.download, name="download"),
    path("my/statements/<text:number>/lines/<int:position>/", views.line, name="line"),
    path(
        "my/statements/<text:number>/lines/<int:position>/record.json", views.record, name="record"
    ),
]
