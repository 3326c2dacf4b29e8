"""Background work of the estate; beat calls each once per tenant."""

from typing import Any

from celery import shared_task

from apps.core import binding, clock
from apps.stations import operations
from apps.tenants.bridge import run_in_tenant
from apps.tenants.tasks import TenantTask


@shared_task(base=TenantTask)
def sweep_commands_task(**_: Any) -> int:
    """End the commands that nobody will answer any more."""
    return run_in_tenant(binding.require(), operations.sweep_commands, now=clock.now())


@shared_task(base=TenantTask)
def mark_lost_stations_task(**_: Any) -> int:
    """Mark stations offline whose process died."""
    return run_in_tenant(binding.require(), operations.mark_lost_stations, now=clock.now())
