"""An authorisation in 1.6 words."""

from datetime import datetime
from typing import Protocol

from apps.ocpp.lenient import moment_text
from apps.ocpp.work import Payload

STATUSES = frozenset({"Accepted", "Blocked", "Expired", "Invalid", "ConcurrentTx"})


class Authorised(Protocol):
    """What `sessions` decides about a card."""

    @property
    def status(self) -> str:
        """A word of 1.6, or a finer one of ours."""
        ...

    @property
    def expires_at(self) -> datetime | None:
        """Until when the decision holds."""
        ...

    @property
    def group(self) -> str:
        """Whose other cards may stop what this one started."""
        ...


def id_tag_info(found: Authorised) -> Payload:
    """Write idTagInfo; reasons that 1.6 has no word for are Invalid."""
    info: Payload = {"status": found.status if found.status in STATUSES else "Invalid"}
    if found.expires_at is not None:
        info["expiryDate"] = moment_text(found.expires_at)
    if 0 < len(found.group) <= 20:
        info["parentIdTag"] = found.group
    return info
