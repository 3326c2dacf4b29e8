"""The OCPP versions this door speaks, by their websocket subprotocol."""

from collections.abc import Callable
from dataclasses import dataclass

from apps.ocpp.v16 import inbound as v16_inbound, outbound as v16_outbound
from apps.ocpp.work import Deciding, Inbound, Payload, Telling, Understood


@dataclass(frozen=True, slots=True)
class Version:
    """One version: how its calls are handled, and how our commands are said in it."""

    subprotocol: str
    actions: frozenset[str]
    handle: Callable[[Inbound], Telling | Deciding]
    fallback: Callable[[str], Payload | None]  # a normal answer when handling failed, or None
    is_result: Callable[[str, Payload], bool]
    build: Callable[[str, Payload], tuple[str, Payload]]
    read: Callable[..., Understood]


VERSIONS = {
    "ocpp1.6": Version(
        subprotocol="ocpp1.6",
        actions=v16_inbound.SCHEMAS.actions,
        handle=v16_inbound.handle,
        fallback=v16_inbound.fallback,
        is_result=v16_inbound.SCHEMAS.is_result,
        build=v16_outbound.build,
        read=v16_outbound.read,
    ),
}


def choose(offered: list[str]) -> Version | None:
    """Return the first version in the station's own order that we speak."""
    return next((VERSIONS[name] for name in offered if name in VERSIONS), None)
