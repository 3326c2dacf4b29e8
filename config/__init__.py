"""Settings, entry points and URL roots."""

from config.celery import app as celery

__all__ = ["celery"]
