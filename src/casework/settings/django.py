"""The settings as Django reads them."""

from __future__ import annotations

import os
from pathlib import Path

from csp.constants import NONE, SELF

from casework.settings import environment

HOME = environment.home()
DEMO = environment.flag("HOMEWARD_DEMO")
BEHIND_PROXY = environment.flag("HOMEWARD_BEHIND_PROXY")
DEBUG = False
SECRET_KEY = environment.secret_key()
ALLOWED_HOSTS = environment.names("HOMEWARD_HOSTS", "127.0.0.1,localhost,[::1]")
CSRF_TRUSTED_ORIGINS = environment.names("HOMEWARD_ORIGINS", "")
ROOT_URLCONF = "casework.urls"
WSGI_APPLICATION = "casework.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
AUTH_USER_MODEL = "store.Account"

INSTALLED_APPS = [
    "casework.store",
    "casework.web",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "axes",
    "csp",
    "django_tasks",
    "django_tasks_db",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "casework.web.middleware.DemonstrationMiddleware",
    "casework.web.middleware.IdleMiddleware",
    "casework.web.middleware.ActorMiddleware",
    "casework.web.middleware.SecondFactorMiddleware",
    "casework.web.middleware.AnswersInWords",
    "axes.middleware.AxesMiddleware",
]

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "casework.web.menu.everywhere",
            ],
        },
    },
]

DATABASES = {"default": environment.database()}
# Used codes and rates, shared by all processes of the server.
CACHES = {"default": {"BACKEND": "django.core.cache.backends.filebased.FileBasedCache", "LOCATION": HOME / "cache",
                      "OPTIONS": {"MAX_ENTRIES": 10_000}}}

AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "django.contrib.auth.backends.ModelBackend",
]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher",
                    "django.contrib.auth.hashers.PBKDF2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in ("UserAttributeSimilarityValidator", "CommonPasswordValidator", "NumericPasswordValidator")
] + [{"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}}]

LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "home"
ACCOUNT_ADAPTER = "casework.web.adapter.ClosedRegister"
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = True
ACCOUNT_RATE_LIMITS: dict[str, str] = {"login_failed": ""}  # the lock below is axes', by account and address
ACCOUNT_REAUTHENTICATION_TIMEOUT = 300
MFA_ADAPTER = "casework.web.adapter.SecondFactors"
MFA_FORMS = {"authenticate": "casework.web.factors.CodeAtLogin", "reauthenticate": "casework.web.factors.CodeAgain"}
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_TOTP_ISSUER = "Homeward"
MFA_TOTP_TOLERANCE = 1

# Five failures lock the account, and the address, for a quarter of an hour.
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = 0.25
AXES_LOCKOUT_PARAMETERS = ["username", "ip_address"]
AXES_RESET_ON_SUCCESS = True
AXES_LOCKOUT_CALLABLE = "casework.web.lockout.locked_out"
AXES_HANDLER = "casework.web.lockout.FailuresInDatabase"
AXES_CLIENT_IP_CALLABLE = "casework.web.lockout.client_address"
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = False  # trying on does not lock anyone out for longer
AXES_SENSITIVE_PARAMETERS = ["username", "login", "code", "ip_address", "csrfmiddlewaretoken"]
AXES_VERBOSE = False

IDLE_SECONDS = 30 * 60  # half an hour of silence ends a session
SESSION_COOKIE_AGE = IDLE_SECONDS + 60  # what the middleware has written at most a minute late
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
SESSION_COOKIE_HTTPONLY = True
# Loopback speaks plain HTTP; every other register sets HOMEWARD_HTTPS=1 and stands behind TLS.
_HTTPS = environment.flag("HOMEWARD_HTTPS")
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE_SSL_REDIRECT = _HTTPS
SECURE_HSTS_SECONDS = 31_536_000 if _HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = _HTTPS
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if BEHIND_PROXY else None
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CSRF_FAILURE_VIEW = "casework.web.errors.form_expired"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE], "script-src": [SELF], "style-src": [SELF], "img-src": [SELF, "data:"],
        "font-src": [SELF], "connect-src": [SELF], "form-action": [SELF], "frame-ancestors": [NONE],
        "base-uri": [NONE], "manifest-src": [SELF],
    },
}

TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend", "QUEUES": ["default"]}}

STATIC_URL = "static/"
STATIC_ROOT = HOME / "static"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
MEDIA_ROOT = HOME / "files"
MOST_UPLOAD_BYTES, MOST_UPLOAD_BYTES_OF_STRANGERS = 512 * 1024 * 1024, 64 * 1024
FILE_UPLOAD_HANDLERS = ["casework.web.uploads.Quota", "django.core.files.uploadhandler.MemoryFileUploadHandler",
                        "django.core.files.uploadhandler.TemporaryFileUploadHandler"]
DATA_UPLOAD_MAX_MEMORY_SIZE = 64 * 1024 * 1024
FILE_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024

# Who reads documents beside the rules: module:name of a homeward.intake.Reader, or a class of one; by default nobody.
READER = os.environ.get("HOMEWARD_READER", "")

USE_TZ = True
TIME_ZONE = "UTC"
LANGUAGE_CODE = "en-gb"
USE_I18N = True
EMAIL_BACKEND = "django.core.mail.backends.dummy.EmailBackend"

# Logs hold no genotype, no name and no address of a family: Django's own messages at warning and above, no request
# bodies, no SQL.
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"plain": {"()": "casework.web.logs.WithoutValues", "style": "{",
                             "format": "{asctime} {levelname} {name}: {message}"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "plain"}},
    "root": {"handlers": ["stderr"], "level": "WARNING"},
    "loggers": {"django.request": {"level": "ERROR"}, "axes": {"level": "ERROR"}},
}
BASE_DIR = Path(__file__).resolve().parent.parent
