"""Development and demo: nothing to set; `manage.py` finds a running demo by itself."""

import json
from pathlib import Path

from config import env

env.defaults.update(
    SECRET_KEY="dev-only-secret-key-not-for-production",
    STATION_KEY_PEPPER="dev-only-station-pepper",
    TOKEN_PEPPER="dev-only-token-pepper",
    DATABASE_URL="postgres://laadboek_runtime@127.0.0.1/laadboek",
    MIGRATION_DATABASE_URL="postgres://laadboek_owner@127.0.0.1/laadboek",
    REDIS_URL="redis://127.0.0.1:6379/0",
    WEB_SCHEME="http",
    WEB_PORT="8000",
)


DEMO_JSON = env.text(
    "DEMO_FILE",
    str(Path(__file__).resolve().parents[2] / "var" / "demo.json"),
    help_text="Where the running demo tells its logins; development only.",
)


def _find_running_demo() -> None:
    try:
        found = json.loads(Path(DEMO_JSON).read_text(encoding="utf-8"))
        env.defaults.update(
            DATABASE_URL=found["database_url"],
            MIGRATION_DATABASE_URL=found["migration_database_url"],
            REDIS_URL=found["redis_url"],
            WEB_PORT=found["web"].rsplit(":", 1)[-1].rstrip("/"),
        )
    except (OSError, ValueError, LookupError):
        return  # no demo runs, or it is being written


_find_running_demo()

from config.settings.base import *  # noqa: E402

DEMO_FILE = DEMO_JSON

if env.flag(
    "UNSAFE_COMMITS",
    default=False,
    help_text="true: a crash of PostgreSQL may lose what was answered; seeds and control runs.",
):
    SYNCHRONOUS_COMMIT = "off"
    for entry in (DATABASES["default"], MIGRATION_DATABASE):
        entry["OPTIONS"]["options"] = "-c synchronous_commit=off"
