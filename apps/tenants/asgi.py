"""Host name to tenant for browser websockets."""

from typing import Any

from apps.core import binding
from apps.tenants.bridge import in_tenant
from apps.tenants.queries import find_schema, host_name


class TenantASGI:
    """Put the schema of the host into the scope; a foreign host is refused."""

    def __init__(self, inner: Any) -> None:
        self.inner = inner

    async def __call__(self, scope: dict[str, Any], receive: Any, send: Any) -> None:
        """Resolve, then go on."""
        host = dict(scope["headers"]).get(b"host", b"").decode("latin1")
        schema = await in_tenant(binding.PUBLIC, find_schema, host=host_name(host))
        if schema is None:
            await receive()
            await send({"type": "websocket.close", "code": 4404})
            return
        await self.inner({**scope, "tenant_schema": schema}, receive, send)
