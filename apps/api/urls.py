"""Addresses of the REST door."""

from django.urls import path, re_path, register_converter

from apps.api.door import Nowhere
from apps.api.views import cdrs, docs, id_tokens, sessions, statements, stations


class BigIntConverter:
    """A positive number that fits a key."""

    regex = "[1-9][0-9]{0,17}"

    def to_python(self, value: str) -> int:
        """Return the number."""
        return int(value)

    def to_url(self, value: int) -> str:
        """Return its text."""
        return str(value)


register_converter(BigIntConverter, "key")

app_name = "api"
urlpatterns = [
    path("schema/", docs.schema, name="schema"),
    path("docs/", docs.Docs.as_view(), name="docs"),
    path("v1/stations", stations.Stations.as_view(), name="stations"),
    path("v1/stations/<text:identity>", stations.Station.as_view(), name="station"),
    path(
        "v1/stations/<text:identity>/commands/<text:kind>",
        stations.StationCommand.as_view(),
        name="station-command",
    ),
    path("v1/commands/<uuid:uid>", stations.Command.as_view(), name="command"),
    path("v1/sessions", sessions.Sessions.as_view(), name="sessions"),
    path("v1/sessions/<uuid:uid>", sessions.Session.as_view(), name="session"),
    path("v1/sessions/<uuid:uid>/readings", sessions.SessionReadings.as_view(), name="readings"),
    path("v1/id-tokens", id_tokens.IdTokens.as_view(), name="id-tokens"),
    path("v1/id-tokens/<key:card_id>", id_tokens.IdToken.as_view(), name="id-token"),
    path("v1/id-tokens/<key:card_id>/block", id_tokens.BlockIdToken.as_view(), name="block"),
    path("v1/id-tokens/<key:card_id>/unblock", id_tokens.UnblockIdToken.as_view(), name="unblock"),
    path("v1/cdrs", cdrs.IssuedCdrs.as_view(), name="cdrs"),
    path("v1/cdrs/received", cdrs.ReceivedCdrs.as_view(), name="received-cdrs"),
    path(
        "v1/cdrs/received/<text:issuer>/<text:cdr_id>",
        cdrs.ReceivedCdr.as_view(),
        name="received-cdr",
    ),
    path("v1/cdrs/<text:cdr_id>", cdrs.IssuedCdr.as_view(), name="cdr"),
    path("v1/statements", statements.Statements.as_view(), name="statements"),
    path("v1/statements/<text:number>", statements.Statement.as_view(), name="statement"),
    path("v1/statements/<text:number>/pdf", statements.StatementPdf.as_view(), name="pdf"),
    path("v1/statements/<text:number>/csv", statements.StatementCsv.as_view(), name="csv"),
    re_path(r"^v1(?:/.*)?$", Nowhere.as_view(), name="nowhere"),
]
