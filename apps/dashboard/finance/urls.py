"""Addresses of finance."""

from django.urls import path

from apps.dashboard import months  # noqa: F401 - registers the converter
from apps.dashboard.finance import agreements, exceptions, invites, overview, statements

app_name = "finance"
urlpatterns = [
    path("finance/", overview.current, name="current"),
    path("finance/months/<month:month>/", overview.month, name="month"),
    path("finance/months/<month:month>/close/", overview.close, name="close"),
    path("finance/exceptions/", exceptions.first, name="exceptions"),
    path("finance/exceptions/<int:cdr_pk>/", exceptions.one, name="exception"),
    path("finance/statements/", statements.listing, name="statements"),
    path("finance/statements/<text:number>/", statements.statement, name="statement"),
    path(
        "finance/statements/<text:number>/<text:kind>/download/",
        statements.download,
        name="download",
    ),
    path("finance/statements/<text:number>/lines/<int:position>/", statements.line, name="line"),
    path(
        "finance/statements/<text:number>/lines/<int:position>/record.json",
        statements.record,
        name="record",
    ),
    path("finance/agreements/", agreements.listing, name="agreements"),
    path("finance/agreements/new/<uuid:link_uid>/", agreements.create, name="new_agreement"),
    path("finance/agreements/<int:agreement_id>/", agreements.agreement, name="agreement"),
    path("finance/agreements/<int:agreement_id>/rates/new/", agreements.rate, name="new_rate"),
    path("finance/invite/", invites.invite, name="invite"),
]
