"""Default deny: a method without a named scope is refused."""

from typing import Any

from rest_framework.permissions import BasePermission
from rest_framework.request import Request

from apps.api.authentication import token_of


class HasScope(BasePermission):
    """The token carries the scope that the view names for the method."""

    def has_permission(self, request: Request, view: Any) -> bool:
        """Tell whether the token reaches this method; a method that is not there is a 405 later."""
        method = "GET" if request.method == "HEAD" else str(request.method)
        if request.auth is None:
            return False
        if method.lower() not in view.http_method_names or not hasattr(view, method.lower()):
            return True
        return view.scopes.get(method) in token_of(request).scopes
