"""The Celery application; beat only sweeps: the truth is in rows."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.dev")

app = Celery("laadboek")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
