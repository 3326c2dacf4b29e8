"""Where the handlers of 1.6 messages register."""

from collections.abc import Callable
from dataclasses import dataclass

from apps.ocpp.schemas import Schemas
from apps.ocpp.work import Deciding, Inbound, Payload, Telling

SCHEMAS = Schemas("v16")
Handler = Callable[[Inbound], Telling | Deciding]
LONGEST_TAG = 255  # the specification says 20; cards are longer in life


@dataclass(frozen=True, slots=True)
class Route:
    """A handler and what its message cannot do without."""

    handler: Handler
    needs: tuple[str, ...]
    fallback: Callable[[], Payload] | None


ROUTES: dict[str, Route] = {}


def handles(
    action: str, *, needs: tuple[str, ...] = (), fallback: Callable[[], Payload] | None = None
) -> Callable[[Handler], Handler]:
    """Register the handler of an action.

    `needs` names the fields whose absence is a CALLERROR. A transaction message needs nothing
    and has a `fallback`: the normal answer when handling fails, since a CALLERROR would make the
    station drop it in the end.
    """

    def register(handler: Handler) -> Handler:
        ROUTES[action] = Route(handler, needs, fallback)
        return handler

    return register
