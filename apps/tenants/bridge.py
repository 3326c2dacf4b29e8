"""The one bridge from the event loop into a tenant's database."""

import asyncio
import contextvars
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import ParamSpec, TypeVar

from asgiref.sync import sync_to_async
from django.conf import settings
from django.db import connections, transaction
from django.db.models import Model, QuerySet

from apps.core import binding

P = ParamSpec("P")
R = TypeVar("R")

THREADS = 8
_executor = ThreadPoolExecutor(max_workers=THREADS, thread_name_prefix="in_tenant")


def run_in_tenant(schema: str, fn: Callable[P, R], /, *args: P.args, **kwargs: P.kwargs) -> R:
    """Run fn in one transaction of one tenant, on this thread; only plain data may leave.

    :raises TypeError: fn returned a queryset or a model: it would be used under the next binding.
    """
    with binding.bound(schema), transaction.atomic(durable=True):
        result = fn(*args, **kwargs)
    if isinstance(result, QuerySet | Model):
        raise TypeError(f"{type(result).__name__} left its tenant: return plain data")
    return result


def _on_worker(schema: str, fn: Callable[P, R], /, *args: P.args, **kwargs: P.kwargs) -> R:
    try:
        return run_in_tenant(schema, fn, *args, **kwargs)
    finally:
        for connection in connections.all(initialized_only=True):
            connection.close_if_unusable_or_obsolete()  # hands it back to the pool


async def in_tenant(schema: str, fn: Callable[P, R], /, *args: P.args, **kwargs: P.kwargs) -> R:
    """Run fn in one transaction of one tenant, on a thread of our own executor."""
    if settings.BRIDGE_ON_CALLING_THREAD:  # tests: the test's own connection and transaction
        return await sync_to_async(run_in_tenant, thread_sensitive=True)(
            schema, fn, *args, **kwargs
        )
    context = contextvars.copy_context()  # a replayed clock goes along
    loop = asyncio.get_running_loop()
    return await loop.run_in_executor(
        _executor, lambda: context.run(_on_worker, schema, fn, *args, **kwargs)
    )
