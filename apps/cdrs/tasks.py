"""Background work of records: beat sweeps, rows are the truth."""

from typing import Any

from celery import shared_task

from apps.cdrs import operations
from apps.core.clock import now
from apps.tenants.tasks import TenantTask


@shared_task(base=TenantTask)
def sweep_records_task(**_: Any) -> tuple[int, int]:
    """Settle this tenant's due sessions, then deliver its due records."""
    moment = now()
    return operations.settle_due(now=moment), operations.deliver_due(now=moment)
