"""Writes of the audit trail."""

from typing import Any

from apps.audit import actor
from apps.audit.models import AuditEntry
from apps.core import clock


def record(
    action: str,
    *,
    subject: str = "",
    before: dict[str, Any] | None = None,
    after: dict[str, Any] | None = None,
) -> None:
    """Write an entry in the caller's transaction, into the bound schema."""
    who = actor.current()
    AuditEntry.objects.create(
        recorded_at=clock.now(),
        action=action,
        subject=subject,
        actor_id=who.id,
        actor_name=who.name,
        channel=who.channel,
        before=before,
        after=after,
    )
