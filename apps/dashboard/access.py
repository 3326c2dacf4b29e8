"""Who may open a page: rights are read once per request, and queries are cut by them."""

import functools
import uuid
from collections.abc import Callable
from typing import Any, Concatenate, ParamSpec, cast

from django.contrib.auth.views import redirect_to_login
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, QueryDict

from apps.accounts.access import Access, Level
from apps.accounts.queries import get_access
from apps.audit.actor import Actor, acting
from apps.core import clock
from apps.core.refused import Forbidden, NotFound, Refused
from apps.dashboard.errors import forbidden

P = ParamSpec("P")
LOGIN_URL = "/login/"


class PageRequest(HttpRequest):
    """A request of a person with rights here (`page` has put them in)."""

    access: Access
    schema: str
    user: Any  # a person: `public` models stay on the ground floor


View = Callable[Concatenate[PageRequest, P], HttpResponse]


def rights_of(request: HttpRequest) -> Access:
    """Return the rights of the person behind a request, read once; nobody has none."""
    found: Access | None = getattr(request, "access", None)
    if found is None:
        user = request.user
        found = (
            get_access(user_id=user.pk, now=clock.now())
            if user.is_authenticated
            else Access(user_id=0)
        )
        request.access = found  # type: ignore[attr-defined]
    return found


def page(*areas: str) -> Callable[[View[P]], Callable[..., HttpResponse]]:
    """Open a view to people who may enter one of the areas.

    Not logged in: to the login. No right here at all: nothing (404). A right, but another one:
    403, which names who can grant it. What the view finds forbidden or missing is said alike.
    """

    def decorate(view: View[P]) -> Callable[..., HttpResponse]:
        @functools.wraps(view)
        def guarded(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
            user = request.user
            if not user.is_authenticated:
                return redirect_to_login(request.get_full_path(), LOGIN_URL)
            access = rights_of(request)
            if access.is_empty:
                raise Http404
            if areas and not access.areas & set(areas):
                return forbidden(request, access, areas=areas)
            actor = Actor(channel="page", id=user.pk, name=user.get_short_name())
            try:
                with acting(actor):
                    return view(cast("PageRequest", request), *args, **kwargs)
            except NotFound as error:
                raise Http404 from error
            except Forbidden as error:
                return forbidden(request, access, message=str(error))

        return guarded

    return decorate


def posted(request: HttpRequest) -> QueryDict | None:
    """Return what a form sent, also nothing at all; None where no form was sent."""
    return request.POST if request.method == "POST" else None


def require_level(request: PageRequest, level: Level, site_uid: uuid.UUID) -> None:
    """Refuse with 404 what is not visible at all, with 403 what needs a higher level.

    :raises NotFound: the person sees nothing of this site.
    :raises Forbidden: the person sees the site, but not at this level.
    """
    if not request.access.may(Level.BASIC, site_uid):
        raise NotFound("site_unknown")
    if not request.access.may(level, site_uid):
        raise Forbidden(f"level_{level.name.lower()}")


def act(operation: Callable[P, Any], *args: P.args, **kwargs: P.kwargs) -> Any:
    """Call one operation in a transaction of its own.

    :raises Refused: the operation said no; nothing was changed.
    """
    with transaction.atomic():
        return operation(*args, **kwargs)


__all__ = ["LOGIN_URL", "PageRequest", "Refused", "act", "page", "require_level", "rights_of"]
