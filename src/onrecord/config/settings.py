# SPDX-License-Identifier: Apache-2.0
"""Django's settings, all of them derived from the table in `environment`."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from zoneinfo import available_timezones

from django.conf.locale import LANG_INFO

from onrecord.config import database, environment, home, logs
from onrecord.config.environment import kinds
from onrecord.delivery import services
from onrecord.outbound.addresses import Private

ENVIRONMENT = environment.read()
HOME = home.locate(ENVIRONMENT)

DEBUG = ENVIRONMENT.debug
SECRET_KEY = home.secret_key(ENVIRONMENT, HOME)
ALLOWED_HOSTS = ["*"]  # which host is ours is known only after set-up: see middleware.host_is_ours
ROOT_URLCONF = "onrecord.config.urls"
WSGI_APPLICATION = "onrecord.config.wsgi.application"
AUTH_USER_MODEL = "people.User"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
SITE_ID = 1

INSTALLED_APPS = [
    "onrecord.journal",
    "onrecord.people",
    "onrecord.record",
    "onrecord.bakery",
    "onrecord.delivery",
    "onrecord.desk",
    "onrecord.identity",
    "onrecord.statements",
    "onrecord.conversation",
    "onrecord.federation",
    "onrecord.followers",
    "onrecord.press",
    "onrecord.moderation",
    "onrecord.config",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "django_tasks",
    "django_tasks_db",
    "wagtail.contrib.forms",
    "wagtail.contrib.settings",
    "wagtail.contrib.typed_table_block",
    "wagtail.snippets",
    "wagtail.users",
    "wagtail.sites",
    "wagtail.documents",
    "wagtail.images",
    "wagtail.search",
    "wagtail.admin",
    "wagtail",
    "modelcluster",
    "taggit",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.humanize",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
]

MIDDLEWARE = [
    "onrecord.config.middleware.host_is_ours",
    "onrecord.config.middleware.content_security_policy",
    "onrecord.config.middleware.secure_cookies",
    "onrecord.config.middleware.NoNul",
    "django.middleware.security.SecurityMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "allauth.usersessions.middleware.UserSessionsMiddleware",
    "onrecord.people.middleware.desk_door",
    "onrecord.people.middleware.time_of_the_organisation",
    "onrecord.desk.middleware.RefuseStockScreens",
]

# Signing in: docs/sign-in.md says why each of these is as it is.
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ("name", "email")},
    },
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "/accounts/login/"
LOGIN_REDIRECT_URL = "/desk/"
SESSION_COOKIE_AGE = 7 * 24 * 3600
ACCOUNT_ADAPTER = "onrecord.people.adapters.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "none"  # an invitation is handed over by a colleague
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_LOGOUT_REDIRECT_URL = "/accounts/login/"
ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = False
ACCOUNT_RATE_LIMITS = {"login": "30/m/ip", "login_failed": "10/m/ip,5/15m/key"}
MFA_ADAPTER = "onrecord.people.adapters.SecondFactorAdapter"
MFA_FORMS = {
    "add_webauthn": "onrecord.people.passkeys.AddPasskeyForm",
    "authenticate": "onrecord.people.codes.CodeForm",
}
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_ALLOW_UNVERIFIED_EMAIL = True
MFA_TOTP_TOLERANCE = 1
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = DEBUG  # passkeys on http://localhost while developing
USERSESSIONS_TRACK_ACTIVITY = True

# In the database, so that rate limits hold across processes and machines.
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "onrecord_cache",
        # Beyond this Django throws away what still counts, failed attempts to sign in among it. What is over
        # goes before, by people.strangers.counting.
        "OPTIONS": {"MAX_ENTRIES": 100_000},
    },
}

TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.debug",
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    },
]

DATABASES: dict[str, Any] = {"default": database.describe(ENVIRONMENT, HOME)}
LOGGING = logs.configuration(ENVIRONMENT, secrets=(SECRET_KEY, *environment.secrets(ENVIRONMENT)))

# SECURE and https are known per request: see middleware.secure_cookies and wsgi.py.
SESSION_COOKIE_HTTPONLY = True
CSRF_COOKIE_HTTPONLY = True
SECURE_HSTS_SECONDS = 180 * 24 * 3600
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "SAMEORIGIN"  # the desk shows previews in a frame of its own
# Reasons why a deploy check does not apply.
SILENCED_SYSTEM_CHECKS = [
    "security.W005",  # other services of the organisation's domain may not have https
    "security.W008",  # the proxy in front redirects to https; there may be none on a trial machine
    "security.W012",  # cookies are marked Secure by middleware.secure_cookies when the request came by https
    "security.W016",
    "security.W019",  # the desk's previews need SAMEORIGIN; all other pages forbid frames in their policy
    "security.W020",  # hosts are checked by middleware.host_is_ours
    "security.W021",  # as W005
]

KEY_PASSPHRASE = ENVIRONMENT.key_passphrase
# Which private addresses onrecord.outbound may ask where an administrator entered them.
ALLOW_PRIVATE_ADDRESSES = kinds.private_addresses(ENVIRONMENT.private_addresses)
# The same for addresses that strangers name. The tests alone set this.
STRANGERS_PRIVATE_ADDRESSES: Private = False
# Who is asked about known domains; empty: whom this machine asks.
DNS_SERVERS = ENVIRONMENT.dns_servers
# Who pushes feeds: a hub elsewhere, "off", or this newsroom.
WEBSUB_HUB = ENVIRONMENT.websub_hub
# Sites that copy this one; the log asks them what they hold of it.
MIRRORS = tuple(ENVIRONMENT.mirrors.split())
# Who timestamps checkpoints, and the file of roots its answers lead up to; empty: nobody.
TIMESTAMP_AUTHORITY = ENVIRONMENT.timestamp_authority
TIMESTAMP_ROOT = ENVIRONMENT.timestamp_root

USE_TZ = True
TIME_ZONE = "UTC"
USE_I18N = True
LANGUAGE_CODE = "en"
FORMAT_MODULE_PATH = ["onrecord.config.formats"]
LOCALE_PATHS = [Path(__file__).resolve().parent.parent / "locale"]
# Every language Django knows a name for may be a content language; screens are translated into six.
LANGUAGES = sorted((code, info["name"]) for code, info in LANG_INFO.items() if "name" in info)
WAGTAIL_CONTENT_LANGUAGES = LANGUAGES
WAGTAIL_I18N_ENABLED = True

STATIC_URL = "/static/"
STATIC_ROOT = HOME / "static"
MEDIA_URL = "/desk/media/"
MEDIA_ROOT = HOME / "media"

TASK_BACKENDS = {
    "database": "django_tasks_db.DatabaseBackend",
    "celery": "onrecord.config.celery_backend.CeleryBackend",
}
TASKS = {"default": {"BACKEND": TASK_BACKENDS[ENVIRONMENT.tasks], "QUEUES": []}}

EMAIL_BACKEND = "onrecord.config.mail.RelayBackend"
ANYMAIL: dict[str, Any] = {}
if services.is_service(ENVIRONMENT.mail_url):
    _service = services.read_service(ENVIRONMENT.mail_url)
    EMAIL_BACKEND = f"anymail.backends.{_service.name}.EmailBackend"
    ANYMAIL = {**_service.settings(), "WEBHOOK_SECRET": ENVIRONMENT.mail_webhook_secret or []}
DEFAULT_FROM_EMAIL = SERVER_EMAIL = ENVIRONMENT.mail_from or "newsroom@localhost"

WAGTAIL_SITE_NAME = "OnRecord"
WAGTAILADMIN_BASE_URL = "http://127.0.0.1:8000"
WAGTAILADMIN_LOGIN_URL = "/accounts/login/"
WAGTAIL_ENABLE_UPDATE_CHECK = False
WAGTAIL_GRAVATAR_PROVIDER_URL = None
WAGTAIL_ENABLE_WHATS_NEW_BANNER = False
WAGTAIL_WORKFLOW_ENABLED = False
WAGTAILDOCS_SERVE_METHOD = "direct"  # below MEDIA_URL, to staff: see desk/views.py
WAGTAIL_PASSWORD_MANAGEMENT_ENABLED = False
WAGTAIL_EMAIL_MANAGEMENT_ENABLED = False
# Without the aliases some systems add, as "localtime", which browsers do not know.
WAGTAIL_USER_TIME_ZONES = sorted(name for name in available_timezones() if "/" in name or name == "UTC")

# A statement of 200 blocks sends more fields than Django's 1,000.
DATA_UPLOAD_MAX_NUMBER_FIELDS = 20_000
# What may be uploaded at the desk: nothing that a browser would run. Limits in bytes and pixels.
WAGTAILIMAGES_EXTENSIONS = ["avif", "gif", "jpg", "jpeg", "png", "webp"]
WAGTAILIMAGES_MAX_UPLOAD_SIZE = 20 * 1024 * 1024
WAGTAILIMAGES_MAX_IMAGE_PIXELS = 80_000_000
WAGTAILDOCS_EXTENSIONS = [
    *("csv", "docx", "epub", "geojson", "ics", "json", "mp3", "mp4", "odp", "ods", "odt"),
    *("pdf", "pptx", "rtf", "txt", "xlsx", "zip"),
]
WAGTAILDOCS_MAX_UPLOAD_SIZE = 25 * 1024 * 1024
