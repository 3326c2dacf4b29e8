"""Bearer tokens, bound to the tenant of the host."""

from typing import cast

from rest_framework.authentication import BaseAuthentication
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request

from apps.api.operations import touch_token
from apps.api.queries.tokens import TokenFacts, find_token
from apps.core import clock


def token_of(request: Request) -> TokenFacts:
    """Return the token of an authenticated request."""
    return cast("TokenFacts", request.auth)


class BearerAuthentication(BaseAuthentication):
    """`Authorization: Bearer <token>`; a token of another tenant is simply unknown."""

    def authenticate(self, request: Request) -> tuple[TokenFacts, TokenFacts] | None:
        """Return the token as user and as credential; None without the header.

        :raises AuthenticationFailed: the header is there, but no valid token of this tenant.
        """
        header = request.META.get("HTTP_AUTHORIZATION", "")
        scheme, _, text = header.partition(" ")
        if scheme.lower() != "bearer":
            return None
        now = clock.now()
        token = find_token(text=text.strip(), now=now)
        if token is None:
            raise AuthenticationFailed
        if token.last_used_at is None or (now - token.last_used_at).total_seconds() >= 60:
            touch_token(token_id=token.id, now=now)
        return token, token

    def authenticate_header(self, request: Request) -> str:
        """Tell how to log in: it makes the refusal a 401."""
        return 'Bearer realm="laadboek"'
