"""Tests: the services plug-in has put the database and Redis into the environment."""

from config import env

env.defaults.update(
    SECRET_KEY="test-only-secret-key-not-for-production",
    STATION_KEY_PEPPER="test-only-station-pepper",
    TOKEN_PEPPER="test-only-token-pepper",
    DATABASE_URL="postgres://laadboek_runtime@127.0.0.1/laadboek_none",
    REDIS_URL="redis://127.0.0.1:1/0",
    WEB_SCHEME="http",
    WEB_PORT="8000",
)

from config.settings.base import *  # noqa: E402

BRIDGE_ON_CALLING_THREAD = True
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]  # speed, tests only
ALLOWED_HOSTS = [*ALLOWED_HOSTS, "testserver"]
