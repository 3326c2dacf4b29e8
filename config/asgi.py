"""The ASGI application: web pages, browser sockets, station sockets; the same on every server."""

import os

from channels.routing import ProtocolTypeRouter
from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.dev")
web = get_asgi_application()  # sets Django up: before anything that imports models

from config.routing import websocket  # noqa: E402

application = ProtocolTypeRouter({"http": web, "websocket": websocket})
