"""Every error as application/problem+json (RFC 9457), made in one place."""

import logging
from collections.abc import Iterator
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import DataError, OperationalError
from django.http import Http404
from rest_framework import exceptions
from rest_framework.response import Response

from apps.core.refused import Forbidden, NotFound, Refused

log = logging.getLogger(__name__)
MEDIA_TYPE = "application/problem+json"
# status: (reason, title, what to do)
PROBLEMS = {
    400: ("malformed", "Malformed request", "The body is no JSON that can be read."),
    401: ("unauthenticated", "Not authenticated", "Send a valid token of this tenant."),
    403: ("scope_missing", "Not allowed", "The token lacks the scope that this needs."),
    404: ("not_found", "Not found", "There is no such thing here."),
    405: ("method_not_allowed", "Method not allowed", "This address does not know that method."),
    409: ("conflict", "Conflict", "It clashes with what is there."),
    415: ("media_type", "Unsupported media type", "Send application/json."),
    422: ("invalid", "Invalid input", "See errors: each names a field and the remedy."),
    429: ("throttled", "Too many requests", "Wait as long as Retry-After says."),
    500: ("internal", "Internal error", "It has been logged; trying again may help."),
    503: ("unavailable", "Unavailable", "The database cannot be reached; try again shortly."),
}

_CONFLICTS = ("_taken", "_exists", "_already_claimed")  # how reasons of a 409 end


def problem(
    status: int,
    *,
    reason: str = "",
    detail: str = "",
    errors: list[dict[str, str]] | None = None,
    headers: dict[str, str] | None = None,
) -> Response:
    """Build the answer to a refused request."""
    known = PROBLEMS.get(status, PROBLEMS[400 if status < 500 else 500])
    body: dict[str, Any] = {
        "type": "about:blank",
        "title": known[1],
        "status": status,
        "detail": detail or known[2],
        "reason": reason or known[0],
    }
    if errors:
        body["errors"] = errors
    return Response(body, status=status, headers=headers, content_type=MEDIA_TYPE)


def handle(error: Exception, context: dict[str, Any]) -> Response:
    """Translate any exception of an endpoint."""
    if isinstance(error, Refused):
        return _refused(error)
    if isinstance(error, exceptions.ValidationError):
        return problem(422, errors=list(_fields(error.detail, "")))
    if isinstance(error, exceptions.APIException):
        return _of_framework(error)
    return _of_django(error)


def _of_django(error: Exception) -> Response:
    if isinstance(error, Http404):
        return problem(404)
    if isinstance(error, PermissionDenied):
        return problem(403)
    if isinstance(error, OperationalError):
        return problem(503, headers={"Retry-After": "5"})
    if isinstance(error, DataError):
        return problem(422, reason="out_of_range", detail="A value is out of range.")
    log.error("an API endpoint failed", exc_info=error)
    return problem(500)


def _refused(refusal: Refused) -> Response:
    if isinstance(refusal, NotFound):
        return problem(404, reason=refusal.reason, detail=str(refusal))
    if isinstance(refusal, Forbidden):
        return problem(403, reason=refusal.reason, detail=str(refusal))
    errors = [{"field": refusal.field, "message": str(refusal)}] if refusal.field else None
    status = 409 if refusal.reason.endswith(_CONFLICTS) else 422
    return problem(status, reason=refusal.reason, detail=str(refusal), errors=errors)


def _of_framework(error: exceptions.APIException) -> Response:
    headers = {}
    if (challenge := getattr(error, "auth_header", None)) is not None:
        headers["WWW-Authenticate"] = challenge
    if (wait := getattr(error, "wait", None)) is not None:
        headers["Retry-After"] = str(int(wait))
    return problem(error.status_code, headers=headers)


def _fields(detail: Any, path: str) -> Iterator[dict[str, str]]:
    if isinstance(detail, dict):
        for name, inner in detail.items():
            here = path if name == "non_field_errors" else f"{path}.{name}".lstrip(".")
            yield from _fields(inner, here)
    elif isinstance(detail, list):
        for inner in detail:
            yield from _fields(inner, path)
    else:
        yield {"field": path, "message": str(detail)}
