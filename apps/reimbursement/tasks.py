"""Background work of reimbursement: the row is the truth, a task only nudges."""

import datetime as dt
from typing import Any

from celery import shared_task

from apps.core import binding
from apps.core.clock import now
from apps.reimbursement import operations
from apps.tenants.tasks import TenantTask


@shared_task(base=TenantTask)
def close_month_task(*, month: str, **_: Any) -> None:
    """Close a month (YYYY-MM) of this tenant, or go on where a killed worker was."""
    operations.close_month(month=dt.date.fromisoformat(f"{month}-01"), now=now())


def nudge_close(*, schema: str, month: str) -> None:
    """Send the close that was asked for; should the broker be away, the sweep sends it."""
    with binding.bound(schema):
        close_month_task.apply_async(kwargs={"month": month}, retry=False)


@shared_task(base=TenantTask)
def sweep_closes_task(**_: Any) -> int:
    """Send the open closes again that give no sign of life; returns how many."""
    months = operations.list_stale_closes(now=now())
    for month in months:
        close_month_task.apply_async(kwargs={"month": month})
    return len(months)
