"""Settings shared by every environment; what differs is read from the environment."""

from pathlib import Path

from config import env

BASE_DIR = Path(__file__).resolve().parents[2]

# ---- environment ---------------------------------------------------------------------------------
SECRET_KEY = env.secret("SECRET_KEY", help_text="Signs sessions and links.")
STATION_KEY_PEPPER = env.secret("STATION_KEY_PEPPER", help_text="Keyed hash of station keys.")
TOKEN_PEPPER = env.secret("TOKEN_PEPPER", help_text="Keyed hash of cards in public tables.")
DATABASES = {
    "default": env.database("DATABASE_URL", help_text="PostgreSQL 15+, as the runtime role.")
}
SYNCHRONOUS_COMMIT = "on"  # an answer means: it survives; development may say otherwise
MIGRATION_DATABASE = env.database(
    "MIGRATION_DATABASE_URL",
    required=False,
    help_text="The same database as the owner role: migrations and create_tenant only.",
)
REDIS_URL = env.text("REDIS_URL", required=True, help_text="Redis or Valkey: wake-ups and cache.")
BASE_DOMAIN = env.text(
    "BASE_DOMAIN", "localhost", help_text="Tenants answer at <tenant>.<this domain>."
)
WEB_SCHEME = env.text("WEB_SCHEME", "https", help_text="http or https, as browsers see it.")
WEB_PORT = env.text("WEB_PORT", help_text="The port browsers see; empty for the scheme's own.")
DEBUG = env.flag("DEBUG", default=False, help_text="Tracebacks in pages; never in production.")
LOG_LEVEL = env.text("LOG_LEVEL", "INFO", help_text="DEBUG, INFO, WARNING or ERROR.")
STATION_PING_SECONDS = env.number(
    "STATION_PING_SECONDS", 30, help_text="How often a silent station is pinged."
)
STATION_PONG_SECONDS = env.number(
    "STATION_PONG_SECONDS", 20, help_text="How long a pinged station may stay silent."
)
COMMAND_TIMEOUT_SECONDS = env.number(
    "COMMAND_TIMEOUT_SECONDS", 30, help_text="How long a station may think about a command."
)
SETTLE_DELAY_SECONDS = env.number(
    "SETTLE_DELAY_SECONDS", 60, help_text="How long a closed session waits for late values."
)
API_REQUESTS_PER_MINUTE = env.number(
    "API_REQUESTS_PER_MINUTE", 3000, help_text="How many requests an API token may send a minute."
)
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "visibility_timeout": env.number(
        "VISIBILITY_TIMEOUT", 3600, help_text="Seconds before an unacknowledged task is sent again."
    )
}
WEB_PORT_SUFFIX = f":{WEB_PORT}" if WEB_PORT else ""
ALLOWED_HOSTS = [BASE_DOMAIN, f".{BASE_DOMAIN}", "127.0.0.1"]

# ---- rooms ---------------------------------------------------------------------------------------
TENANT_MODEL = "tenants.Tenant"
TENANT_DOMAIN_MODEL = "tenants.Domain"
DATABASE_ROUTERS = ("django_tenants.routers.TenantSyncRouter",)
SHARED_APPS = [
    "apps.core",
    "apps.tenants",  # before django_tenants: it ships a create_tenant of its own
    "django_tenants",
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "rest_framework",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "apps.accounts",
    "apps.audit",
    "apps.simulator",
    "django_htmx",
    "apps.dashboard",
    "apps.demo",
    "apps.bench",
]
TENANT_APPS = [
    "apps.audit",
    "apps.sites",
    "apps.stations",
    "apps.cards",
    "apps.tariffs",
    "apps.metering",
    "apps.sessions",
    "apps.evidence",
    "apps.cdrs",
    "apps.reimbursement",
    "apps.exports",
    "apps.api",
]
DOOR_APPS = [
    "apps.ocpp",
]
INSTALLED_APPS = [*DOOR_APPS, *SHARED_APPS] + [app for app in TENANT_APPS if app not in SHARED_APPS]
AUTH_USER_MODEL = "accounts.User"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# ---- web -----------------------------------------------------------------------------------------
MIDDLEWARE = [
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "apps.tenants.middleware.TenantMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "apps.dashboard.middleware.SecurityPolicyMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "apps.dashboard.middleware.TenantSessionMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]
ROOT_URLCONF = "config.urls_tenant"
PUBLIC_SCHEMA_URLCONF = "config.urls_public"
ASGI_APPLICATION = "config.asgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "apps.dashboard.context.page",
            ],
        },
    },
]
STATIC_URL = "static/"
STATICFILES_DIRS = [BASE_DIR / "static"]
WHITENOISE_USE_FINDERS = True
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator"},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"
SESSION_COOKIE_AGE = 12 * 3600
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_FAILURE_VIEW = "apps.dashboard.errors.refused"
# What passes through a library on its way is not ours to log: SQL, frames, headers.
_QUIET = (
    "asyncio",
    "channels",
    "daphne",
    "django.db",
    "httpcore",
    "redis",
    "twisted",
    "uvicorn",
    "websockets",
)
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {"tenant": {"()": "apps.core.logs.TenantFilter"}},
    "formatters": {
        "line": {"format": "%(asctime)s %(levelname)s %(tenant)s %(name)s: %(message)s"}
    },
    "handlers": {
        "stderr": {
            "class": "logging.StreamHandler",
            "filters": ["tenant"],
            "formatter": "line",
        }
    },
    "root": {"handlers": ["stderr"], "level": LOG_LEVEL},
    "loggers": {name: {"level": "WARNING"} for name in _QUIET},
}
LOGIN_URL = "login"

# ---- REST ----------------------------------------------------------------------------------------
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": ["apps.api.authentication.BearerAuthentication"],
    "DEFAULT_PERMISSION_CLASSES": ["apps.api.permissions.HasScope"],
    "DEFAULT_THROTTLE_CLASSES": ["apps.api.throttles.TokenThrottle"],
    "DEFAULT_PARSER_CLASSES": ["apps.api.wire.StrictJsonParser"],
    "DEFAULT_RENDERER_CLASSES": ["apps.api.wire.JsonRenderer"],
    "DEFAULT_CONTENT_NEGOTIATION_CLASS": "apps.api.wire.AlwaysJson",
    "DEFAULT_SCHEMA_CLASS": "apps.api.schema.DoorSchema",
    "EXCEPTION_HANDLER": "apps.api.problems.handle",
    "UNAUTHENTICATED_USER": None,
    "URL_FORMAT_OVERRIDE": None,
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Laadboek",
    "VERSION": "1",
    "DESCRIPTION": "Charging stations, sessions, records and statements of one tenant.",
    "OAS_VERSION": "3.1.0",
    "SCHEMA_PATH_PREFIX": "/api/v1",
    "ENUM_GENERATE_CHOICE_DESCRIPTION": False,
    "COMPONENT_SPLIT_REQUEST": True,
}

# ---- language and time ---------------------------------------------------------------------------
LANGUAGE_CODE = "nl"
LANGUAGES = [("nl", "Nederlands"), ("en", "English")]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "UTC"

# ---- Redis: hints only, never the truth ----------------------------------------------------------
CHANNEL_LAYERS = {
    "default": {
        "BACKEND": "channels_redis.pubsub.RedisPubSubChannelLayer",
        "CONFIG": {"hosts": [REDIS_URL]},
    },
}
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.redis.RedisCache",
        "LOCATION": REDIS_URL,
        "KEY_FUNCTION": "apps.core.binding.cache_key",
    },
}

# ---- background work -----------------------------------------------------------------------------
CELERY_BROKER_URL = REDIS_URL
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_TASK_SERIALIZER = "json"
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_TASK_IGNORE_RESULT = True
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_BEAT_SCHEDULE: dict[str, dict[str, object]] = {
    "sweep-commands": {
        "task": "apps.tenants.tasks.for_each_tenant_task",
        "schedule": 10.0,
        "kwargs": {"task": "apps.stations.tasks.sweep_commands_task"},
    },
    "mark-lost-stations": {
        "task": "apps.tenants.tasks.for_each_tenant_task",
        "schedule": 60.0,
        "kwargs": {"task": "apps.stations.tasks.mark_lost_stations_task"},
    },
    "settle-and-deliver": {
        "task": "apps.tenants.tasks.for_each_tenant_task",
        "schedule": 5.0,
        "kwargs": {"task": "apps.cdrs.tasks.sweep_records_task"},
        "options": {"expires": 5.0},  # while no worker runs, sweeps do not pile up
    },
    "resume-closes": {
        "task": "apps.tenants.tasks.for_each_tenant_task",
        "schedule": 10.0,
        "kwargs": {"task": "apps.reimbursement.tasks.sweep_closes_task"},
        "options": {"expires": 10.0},
    },
    "render-documents": {
        "task": "apps.tenants.tasks.for_each_tenant_task",
        "schedule": 10.0,
        "kwargs": {"task": "apps.exports.tasks.render_documents_task"},
        "options": {"expires": 10.0},
    },
    "end-sessions": {
        "task": "apps.tenants.tasks.for_each_tenant_task",
        "schedule": 60.0,
        "kwargs": {"task": "apps.sessions.tasks.end_sessions_task"},
    },
    "reconcile-orphans": {
        "task": "apps.tenants.tasks.for_each_tenant_task",
        "schedule": 300.0,
        "kwargs": {"task": "apps.sessions.tasks.reconcile_orphans_task"},
    },
}

DEMO_FILE = ""  # development only: where a running demo keeps its logins
BRIDGE_ON_CALLING_THREAD = False  # tests: the test's own connection and transaction

# ---- what the environment said, for system checks and for the README's table ---------------------
ENVIRONMENT_VARIABLES = env.known
ENVIRONMENT_PROBLEMS = env.problems
