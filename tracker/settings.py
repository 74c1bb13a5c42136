"""The settings, read from the environment; docs/operations.md describes every variable.

In this order: what kind of installation this is, the site, data, mail, the worker, pages, logs. Without
`DATABASE_URL` everything runs on an embedded default: SQLite, a broker of our own, and mail that stays in the
database. A value that cannot be used stops the start with one line (see `environment.py`).
"""

import re
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from csp.constants import NONE, SELF

from tracker.embedded.places import Unusable, broker_socket, prepare, secret_key
from tracker.environment import of_this_process, provider_options, smtp, stop
from tracker.languages import languages_in
from tracker.logs import logging_settings

env = of_this_process()
BASE_DIR = Path(__file__).resolve().parent.parent

# What kind of installation this is

EMBEDDED = not env.has("DATABASE_URL")
"""Whether this is the installation that runs by itself, with nothing set up beside it."""

DEBUG = env.flag("DEBUG", default=False)
HOST = env.text("HOST", default="127.0.0.1")
PORT = env.number("PORT", default=8000, low=1, high=65535)
VAR = Path(env.text("VAR", default=str(BASE_DIR / "var"))).absolute()

BROKER_SOCKET: Path | None = None
"""Where the embedded broker listens; None where REDIS_URL names another."""

try:
    if EMBEDDED:
        prepare(VAR)
        SECRET_KEY = env.text("SECRET_KEY") or secret_key(VAR)
        BROKER_SOCKET = None if env.has("REDIS_URL") else broker_socket(VAR)
    else:
        SECRET_KEY = env.needed("SECRET_KEY", because="with DATABASE_URL set there is no default for it")
except Unusable as error:
    stop(f"VAR cannot be used: {error}")
if len(SECRET_KEY) < 50 or len(set(SECRET_KEY)) < 5:
    stop("SECRET_KEY is too short or too plain; wanted are at least 50 random characters.")
SECRET_KEY_FALLBACKS = env.words("SECRET_KEY_FALLBACKS")
for key in SECRET_KEY_FALLBACKS:
    if len(key) < 50:
        stop("SECRET_KEY_FALLBACKS holds a key that is too short; it takes what SECRET_KEY was before.")

# The site

if not EMBEDDED:
    env.needed("SITE_URL", because="with DATABASE_URL set the links in mails need it, as in https://kept.example.com")
    env.needed("ALLOWED_HOSTS", because="with DATABASE_URL set there is no default for it")
shown_host = "localhost" if HOST in {"0.0.0.0", "::"} else f"[{HOST}]" if ":" in HOST else HOST  # noqa: S104
site = env.origin("SITE_URL", default=f"http://{shown_host}:{PORT}")
SITE_URL = f"{site.scheme}://{site.netloc}"
site_host = f"[{site.hostname}]" if ":" in str(site.hostname) else str(site.hostname)
ALLOWED_HOSTS = env.hosts("ALLOWED_HOSTS", default=["localhost", "127.0.0.1", "[::1]", site_host])
CSRF_TRUSTED_ORIGINS = [SITE_URL]

TRUSTED_PROXY_COUNT = env.number("TRUSTED_PROXY_COUNT", default=0, low=0, high=9)
if TRUSTED_PROXY_COUNT:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")

SECURE_SSL_REDIRECT = SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = site.scheme == "https"
SECURE_HSTS_SECONDS = 31_536_000 if site.scheme == "https" else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = site.scheme == "https"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"

# No inline script or style anywhere; what shows a mail as it was sent loosens its own page alone.
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "frame-src": [SELF],
        "manifest-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "object-src": [NONE],
        "frame-ancestors": [NONE],
    }
}

# Data

DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
if EMBEDDED:
    DATABASES: dict[str, dict[str, Any]] = {
        "default": {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": VAR / "kept.sqlite3",
            "OPTIONS": {
                "timeout": 20,
                "transaction_mode": "IMMEDIATE",
                "init_command": (
                    "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA busy_timeout=20000; "
                    "PRAGMA cache_size=-20000; PRAGMA temp_store=MEMORY;"
                ),
            },
            "TEST": {"NAME": VAR / "test.sqlite3"},
        }
    }
else:
    DATABASES = {"default": env.database("DATABASE_URL") | {"CONN_MAX_AGE": 60, "CONN_HEALTH_CHECKS": True}}

# Mail

MAIL_PROVIDERS = (
    "amazon_ses",
    "brevo",
    "mailersend",
    "mailgun",
    "mailjet",
    "mailtrap",
    "mandrill",
    "postal",
    "postmark",
    "resend",
    "scaleway",
    "sendgrid",
    "sparkpost",
    "unisender_go",
)
MAIL_PROVIDER = env.choice("MAIL_PROVIDER", default="", of=("", *MAIL_PROVIDERS))
ANYMAIL = provider_options(env, prefix="ANYMAIL_")
EMAIL_TIMEOUT = 10
MAILBOX = False
"""Whether mail stays in the database, to be read at /mailbox/."""

if MAIL_PROVIDER and env.has("EMAIL_URL"):
    stop("MAIL_PROVIDER and EMAIL_URL are both set; mail can leave by one way only.")
elif MAIL_PROVIDER:
    if MAIL_PROVIDER == "amazon_ses" and find_spec("boto3") is None:
        stop("MAIL_PROVIDER is amazon_ses, which needs the package boto3: pip install boto3.")
    mark = f"{MAIL_PROVIDER.upper()}_"
    if MAIL_PROVIDER != "amazon_ses" and not any(name.startswith(mark) for name in ANYMAIL):
        stop(f"MAIL_PROVIDER is {MAIL_PROVIDER}, and no variable ANYMAIL_{mark}... says how to sign in there.")
    EMAIL_BACKEND = f"anymail.backends.{MAIL_PROVIDER}.EmailBackend"
elif env.has("EMAIL_URL"):
    sender = smtp(env, "EMAIL_URL")
    EMAIL_BACKEND = sender.backend
    EMAIL_HOST, EMAIL_PORT = sender.host, sender.port
    EMAIL_HOST_USER, EMAIL_HOST_PASSWORD = sender.user, sender.password
    EMAIL_USE_TLS, EMAIL_USE_SSL = sender.starttls, sender.tls
elif EMBEDDED:
    EMAIL_BACKEND = "notifications.mailbox.DatabaseMailbox"
    MAILBOX = True
else:
    stop("EMAIL_URL and MAIL_PROVIDER are not set, and with DATABASE_URL set mail needs one of them.")

# An address at a bare number is no address that a mail server takes.
sender_domain = site.hostname if re.search(r"[a-z]\Z", str(site.hostname)) else "localhost"
DEFAULT_FROM_EMAIL = SERVER_EMAIL = env.mailbox("DEFAULT_FROM_EMAIL", default=f"Kept <kept@{sender_domain}>")
INBOUND_DOMAIN = env.domain("INBOUND_DOMAIN")
INBOUND_DAILY_LIMIT = env.number("INBOUND_DAILY_LIMIT", default=20, low=1, high=1000)
MAIL_ONLY_TO = env.domains("MAIL_ONLY_TO")
MAIL_STOP = env.flag("MAIL_STOP", default=False)
# A provider hands a mail over with all its files in one request; for every other page a smaller limit holds
# (notifications.web.provider_posts).
DATA_UPLOAD_MAX_MEMORY_SIZE = 50 * 1024 * 1024

# The worker. Rows say what is due and Redis is only the doorbell: nothing here may be needed to find work again.

if BROKER_SOCKET is not None:
    CELERY_BROKER_URL = f"redis+socket://{BROKER_SOCKET}"
else:
    env.needed("REDIS_URL", because="with DATABASE_URL set the worker needs it, as in redis://localhost:6379/0")
    CELERY_BROKER_URL = env.broker("REDIS_URL")
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_CONNECTION_MAX_RETRIES = None
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "visibility_timeout": 300,
    "unacked_restore_throttle": 1,
    "socket_timeout": 5,
    "socket_connect_timeout": 3,
    "health_check_interval": 10,
}
CELERY_TASK_SERIALIZER = CELERY_RESULT_SERIALIZER = CELERY_EVENT_SERIALIZER = "json"
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_TASK_DEFAULT_QUEUE = "kept"
CELERY_TASK_IGNORE_RESULT = True
CELERY_RESULT_EXPIRES = None
CELERY_TASK_ACKS_LATE = False
CELERY_TASK_PUBLISH_RETRY = False
CELERY_TIMEZONE = "UTC"
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_CANCEL_LONG_RUNNING_TASKS_ON_CONNECTION_LOSS = False
CELERY_WORKER_SOFT_SHUTDOWN_TIMEOUT = 10
CELERY_WORKER_MAX_TASKS_PER_CHILD = 2_000
CELERY_WORKER_MAX_MEMORY_PER_CHILD = 300_000
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_BEAT_SCHEDULER = "tracker.beat.Beat"
CELERY_BEAT_MAX_LOOP_INTERVAL = 5
CELERY_BEAT_SCHEDULE = {
    "commitments.sweep": {"task": "commitments.sweep", "schedule": 5.0},
    "commitments.absences": {"task": "commitments.absences", "schedule": 60.0},
    "commitments.calendars": {"task": "commitments.calendars", "schedule": 86_400.0},
    "notifications.dispatch": {"task": "notifications.dispatch", "schedule": 5.0},
    "notifications.audit": {"task": "notifications.audit", "schedule": 60.0},
    "notifications.shift_lists": {"task": "notifications.shift_lists", "schedule": 60.0},
}
HEARTBEAT_URL = env.web_address("HEARTBEAT_URL")

# Pages

INSTALLED_APPS = [
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django_htmx",
    "csp",
    "anymail",
    "commitments",
    "notifications",
    "tracker",
]
MIDDLEWARE = [
    "tracker.probes.ProbeMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    # Before anything that reads what is posted.
    "notifications.web.provider_posts.ProviderPosts",
    "tracker.rate_limits.RateLimitMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
]
ROOT_URLCONF = "tracker.urls"
WSGI_APPLICATION = "tracker.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "notifications.web.banner.offer",
            ]
        },
    }
]

LOGIN_URL = "sign_in"
LOGIN_REDIRECT_URL = "/"
LOGOUT_REDIRECT_URL = "sign_in"
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
        "NumericPasswordValidator",
    )
]

USE_TZ = True
TIME_ZONE = "UTC"
USE_I18N = True
LANGUAGE_CODE = "en"
LOCALE_PATHS = [BASE_DIR / "locale"]
LANGUAGES = languages_in(*LOCALE_PATHS)

STATIC_URL = "/static/"
STATIC_ROOT = Path(env.text("STATIC_ROOT", default=str(VAR / "static"))).absolute()
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "tracker.static.StaticFiles"},
}
# Before the files were collected, and while somebody works on them, they are served from where they lie.
WHITENOISE_USE_FINDERS = WHITENOISE_AUTOREFRESH = DEBUG or not STATIC_ROOT.is_dir()

# Logs

LOG_LEVEL = env.choice("LOG_LEVEL", default="INFO", of=("DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL"))
LOG_FORMAT = env.choice("LOG_FORMAT", default="text" if EMBEDDED else "json", of=("text", "json"))
LOGGING = logging_settings(level=LOG_LEVEL, style=LOG_FORMAT)
