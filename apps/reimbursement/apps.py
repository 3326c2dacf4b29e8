"""The room of reimbursement."""

from django.apps import AppConfig


class ReimbursementConfig(AppConfig):
    name = "apps.reimbursement"
    label = "reimbursement"

    def ready(self) -> None:
        from apps.core.events import listen
        from apps.reimbursement import tasks
        from apps.reimbursement.schemes import nl_fixed  # noqa: F401 - importing registers it

        listen("reimbursement.close_requested", tasks.nudge_close)
