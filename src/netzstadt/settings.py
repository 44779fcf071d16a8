"""Django's settings, built from the configuration; the one place where Django is set up."""

from datetime import timedelta
from pathlib import Path
from urllib.parse import parse_qs, unquote, urlparse

from netzstadt.config import Config
from netzstadt.embedded.address import database_url, secret_key
from netzstadt.lib import logs

CONFIG = Config.from_environment()
PACKAGE = Path(__file__).parent

DEBUG = CONFIG.debug
SECRET_KEY = secret_key(CONFIG)
_public = urlparse(CONFIG.public_url)
ALLOWED_HOSTS = [
    "localhost",
    "127.0.0.1",
    "[::1]",
    *([_public.hostname] if _public.hostname else []),
    *[name.strip() for name in CONFIG.allowed_hosts.split(",") if name.strip()],
]
CSRF_TRUSTED_ORIGINS = [f"{_public.scheme}://{_public.netloc}"]
_https = _public.scheme == "https"

ROOT_URLCONF = "netzstadt.web.urls"
INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "axes",
    "django_cotton",
    "procrastinate.contrib.django",
    "netzstadt.core.ui",
    "netzstadt.core.orgs",
    "netzstadt.core.access",
    "netzstadt.core.audit",
    "netzstadt.core.jobs",
    "netzstadt.core.city",
    "netzstadt.core.accounts",
    "netzstadt.core.mail",
    "netzstadt.core.files",
    "netzstadt.core.tags",
    "netzstadt.core.links",
    "netzstadt.core.geo",
    "netzstadt.core.search",
    "netzstadt.core.notices",
    "netzstadt.core.work",
    "netzstadt.core.privacy",
    "netzstadt.core.operation",
    "netzstadt.urbandata",
    "netzstadt.stakeholders",
    "netzstadt.strategy",
    "netzstadt.portfolio",
    "netzstadt.web",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "netzstadt.core.ui.middleware.security_headers",
    "netzstadt.core.operation.middleware.note_route",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "axes.middleware.AxesMiddleware",
    "netzstadt.core.accounts.guard.account_guard",
    "netzstadt.core.ui.middleware.refusals",
]
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "netzstadt.core.ui.page.context",
            ],
            "builtins": ["django.templatetags.i18n", "django.templatetags.static"],
        },
    }
]


def database_settings(url: str) -> dict[str, object]:
    """Django's description of a ``postgresql://`` URL; the host may be a socket directory."""
    parts = urlparse(url)
    query = {key: values[-1] for key, values in parse_qs(parts.query).items()}
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.lstrip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": query.pop("host", parts.hostname or ""),
        "PORT": str(parts.port or ""),
        # Under ASGI every request may run in a thread of its own; a connection kept by a thread
        # would never be used again. The pool (below) keeps them instead.
        "CONN_MAX_AGE": 0,
        "OPTIONS": query,
    }


DATABASES = {"default": database_settings(database_url(CONFIG))}
DATABASES["default"]["OPTIONS"]["pool"] = {  # type: ignore[index]
    "min_size": 1,
    "max_size": 10,
    "timeout": 10,
    "max_idle": 120,
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_USER_MODEL = "orgs.Person"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "netzstadt.core.orgs.backends.PersonBackend",
]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "netzstadt.core.accounts.passwords.NoCommonPassword"},
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "netzstadt.core.accounts.passwords.NoWordsOfThisPlace"},
]
LOGIN_URL = "accounts:login"
LOGIN_REDIRECT_URL = "work:my-work"
LOGOUT_REDIRECT_URL = "web:home"

# Five wrong passwords from one address for one account, then a pause. Not by account alone:
# anybody could lock anybody out.
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = timedelta(minutes=10)
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = False
AXES_LOCKOUT_PARAMETERS = [["ip_address", "username"]]
AXES_USERNAME_FORM_FIELD = "username"
AXES_USERNAME_CALLABLE = "netzstadt.core.accounts.limits.attempted_account"
AXES_CLIENT_IP_CALLABLE = "netzstadt.core.clients.client_address"
AXES_LOCKOUT_CALLABLE = "netzstadt.core.accounts.limits.locked_out"
AXES_RESET_ON_SUCCESS = True
AXES_ENABLE_ADMIN = False
AXES_DISABLE_ACCESS_LOG = True  # the audit trail has it, without the address
AXES_VERBOSE = False

SESSION_COOKIE_NAME = "netzstadt_session"
SESSION_COOKIE_AGE = int(timedelta(hours=12).total_seconds())
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = _https
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = LANGUAGE_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = LANGUAGE_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_NAME = "netzstadt_csrf"
CSRF_FAILURE_VIEW = "netzstadt.core.ui.errors.csrf_failure"
LANGUAGE_COOKIE_NAME = "netzstadt_language"
LANGUAGE_COOKIE_AGE = int(timedelta(days=365).total_seconds())
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"

SECURE_HSTS_SECONDS = int(timedelta(days=365).total_seconds()) if _https else 0
# Other subdomains are not ours to bind; a proxy in front redirects to https.
SILENCED_SYSTEM_CHECKS = ["security.W005", "security.W008", "security.W021"]
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
# A proxy that ends TLS in front of us says so; without https in BASE_URL nobody is believed.
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if _https else None
X_FRAME_OPTIONS = "DENY"
# What other packages mail goes into the same queue as what rooms send.
EMAIL_BACKEND = "netzstadt.core.mail.backend.QueueBackend"
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024

LANGUAGE_CODE = "de"
LANGUAGES = [("de", "Deutsch"), ("en", "English")]
LOCALE_PATHS = [PACKAGE / "locale"]
USE_I18N = True
USE_THOUSAND_SEPARATOR = True
USE_TZ = True
TIME_ZONE = CONFIG.time_zone

STATICFILES_DIRS = [PACKAGE / "static"]
STATIC_ROOT = PACKAGE.parent.parent / "build" / "static"
# Set-up collects the files and writes one hash of all of them: it is part of every address, so
# browsers keep files for ever, and relative imports between modules stay as they are. Where
# nothing was collected yet (tests, a command before set-up) there is none.
_version = STATIC_ROOT / "version"
STATIC_URL = f"/static/{_version.read_text()}/" if _version.exists() else "/static/"

PROCRASTINATE_AUTODISCOVER_MODULE_NAME = "jobs"

# Addresses of requests carry search words and names: only what went wrong is logged, by route.
LOGGING = logs.configuration(CONFIG.log_format)
