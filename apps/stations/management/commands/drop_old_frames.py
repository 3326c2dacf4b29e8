"""Drop the bytes of old frames that support no session and no document."""

from typing import Any

from django.core.management.base import CommandParser

from apps.audit.actor import Actor, acting
from apps.core import binding, clock
from apps.core.commands import JsonCommand
from apps.stations.operations.retention import drop_frames, oldest_kept, record_drop
from apps.tenants.bridge import run_in_tenant
from apps.tenants.owner import OwnerMixin
from apps.tenants.queries import get_tenant, list_schemas


class Command(OwnerMixin, JsonCommand):
    """Retention of the journal: the chain still verifies afterwards."""

    help = "Drop the bytes of frames older than --days that support no session and no document."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--tenant", default="", help="one tenant; without it every tenant")
        parser.add_argument("--days", type=int, default=90)

    def handle(self, *args: Any, **options: Any) -> None:
        before = oldest_kept(days=options["days"], now=clock.now())
        with binding.bound(binding.PUBLIC):
            wanted = options["tenant"]
            schemas = [get_tenant(schema=wanted).schema] if wanted else list_schemas()
        for schema in schemas:
            frames = secrets = kept = 0
            after_id: int | None = 0
            while after_id is not None:
                done = run_in_tenant(schema, drop_frames, before=before, after_id=after_id)
                frames, secrets = frames + done.frames, secrets + done.secrets
                kept, after_id = kept + done.kept, done.last_id
            counts = {"frames": frames, "secrets": secrets, "kept": kept}
            with acting(Actor(channel="command")):
                run_in_tenant(schema, record_drop, before=before, **counts)
            self.tell(
                {"tenant": schema, "before": before.isoformat(), **counts}, as_json=options["json"]
            )
