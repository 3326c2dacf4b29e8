"""The room of reimbursement."""

from django.apps import AppConfig


class ReimbursementConfig(AppConfig):
    name = "apps.reimbursement"
    label = "reimbursement"
