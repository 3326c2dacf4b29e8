"""The Celery base task: the tenant travels in a header and is bound around the run."""

from typing import Any

from celery import Task, current_app, shared_task
from celery.exceptions import Ignore
from django.db import connections

from apps.core import binding
from apps.tenants.queries import list_schemas

HEADER = "laadboek_schema"


def _hand_back_connections() -> None:
    for connection in connections.all(initialized_only=True):
        if not connection.in_atomic_block:  # a test's own transaction stays
            connection.close_if_unusable_or_obsolete()


class TenantTask(Task):  # type: ignore[type-arg]
    """Refuses to be sent or to run without a tenant; keyword arguments only."""

    abstract = True
    acks_late = True

    def apply_async(  # type: ignore[override]
        self, args: Any = None, kwargs: Any = None, **options: Any
    ) -> Any:
        """Send with the bound tenant.

        :raises NoTenantBoundError: nothing is bound.
        :raises TypeError: positional arguments were given.
        """
        if args:
            raise TypeError("tenant tasks take keyword arguments only")
        headers = {**(options.pop("headers", None) or {}), HEADER: binding.require()}
        return super().apply_async(args, kwargs, headers=headers, **options)

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Run inside the tenant of the header."""
        schema = self.request.get(HEADER) or (self.request.headers or {}).get(HEADER)
        if not schema:
            raise Ignore(f"{self.name}: no tenant in the header")
        _hand_back_connections()
        try:
            with binding.bound(schema):
                return super().__call__(*args, **kwargs)
        finally:
            _hand_back_connections()


@shared_task
def for_each_tenant_task(*, task: str, **_: Any) -> int:
    """Send a task once per tenant; what beat calls. Returns how many were sent."""
    with binding.bound(binding.PUBLIC):
        schemas = list_schemas()
    _hand_back_connections()
    for schema in schemas:
        with binding.bound(schema):
            current_app.tasks[task].apply_async(kwargs={})
    return len(schemas)
