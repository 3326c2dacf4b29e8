"""Background work of exports."""

from typing import Any

from celery import shared_task

from apps.core.clock import now
from apps.exports import operations
from apps.tenants.tasks import TenantTask


@shared_task(base=TenantTask)
def render_documents_task(**_: Any) -> int:
    """Render the documents that this tenant's statements lack."""
    return operations.render_due(now=now())
