"""Background work of sessions; beat calls each once per tenant."""

import datetime as dt
from typing import Any

from celery import shared_task

from apps.core import binding, clock
from apps.sessions.operations import ORPHAN_DAYS, end_if_over, reconcile_orphan
from apps.sessions.queries import list_open_ids, list_unjoined
from apps.tenants.bridge import run_in_tenant
from apps.tenants.tasks import TenantTask


@shared_task(base=TenantTask)
def end_sessions_task(**_: Any) -> int:
    """End the open sessions that are over though no stop came; each in a transaction of its own."""
    schema, now = binding.require(), clock.now()
    ids = run_in_tenant(schema, list_open_ids)
    return sum(run_in_tenant(schema, end_if_over, session_id=pk, now=now) for pk in ids)


@shared_task(base=TenantTask)
def reconcile_orphans_task(**_: Any) -> int:
    """Try once more to join stray stops; each in a transaction of its own."""
    schema = binding.require()
    since = clock.now() - dt.timedelta(days=ORPHAN_DAYS)
    stray = run_in_tenant(schema, list_unjoined, since=since)
    return sum(
        run_in_tenant(schema, reconcile_orphan, orphan_id=pk, station_id=station)
        for pk, station in stray
    )
