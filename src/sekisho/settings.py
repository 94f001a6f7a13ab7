"""Django's settings, all of them drawn from the one table in `base/settings.py`."""

from __future__ import annotations

import secrets
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from sekisho.base import settings as declared
from sekisho.base.databases import KEYSTORE, database
from sekisho.base.mail import mail
from sekisho.base.secrets import kept_secret

HERE = Path(__file__).parent
DATA_DIR = declared.folder("data_dir")
DATA_DIR.mkdir(parents=True, exist_ok=True, mode=0o700)
PUBLIC_URL = urlsplit(declared.text("public_url"))
IS_HTTPS = PUBLIC_URL.scheme == "https"

DEBUG = declared.flag("debug")
SECRET_KEY = declared.text("secret_key") or kept_secret(
    DATA_DIR / "secret_key", lambda: secrets.token_urlsafe(50)
)

# --- what is installed --------------------------------------------------------------------------------------
INSTALLED_APPS = [
    "sekisho.accounts",
    "sekisho.audit",
    "sekisho.notices",
    "sekisho.webhooks",
    "sekisho.policy",
    "sekisho.records",
    "sekisho.records.keystore",
    "sekisho.records.consent",
    "sekisho.records.providers",
    "sekisho.records.retention",
    "sekisho.records.feedback",
    "sekisho.records.safety",
    "sekisho.records.training",
    "sekisho.records.rights",
    "sekisho.connectors",
    "sekisho.enforcement",
    "sekisho.enforcement.holds",
    "sekisho.enforcement.review",
    "sekisho.enforcement.appeals",
    "sekisho.enforcement.conduct",
    "sekisho.enforcement.transparency",
    "sekisho.cases",
    "sekisho.cases.mail",
    "sekisho.cases.desk",
    "sekisho.support",
    "sekisho.support.help",
    "sekisho.support.search",
    "sekisho.support.bot",
    "sekisho.support.recovery",
    "sekisho.support.relay",
    "sekisho.support.messenger",
    "sekisho.compliance",
    "sekisho.link",
    "sekisho.console",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.humanize",
    "django.contrib.messages",
    "django.contrib.sessions",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "csp",
    "django_htmx",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "sekisho.console.attachments.OriginMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "sekisho.console.caching.PrivateMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "sekisho.accounts.middleware.ProviderFormMiddleware",
    "sekisho.console.trusted_types.TrustedTypesMiddleware",
    "sekisho.console.access.RefusalMiddleware",
    "sekisho.console.privacy_choice.ChoiceMiddleware",
]
CSRF_FAILURE_VIEW = "sekisho.console.faults.csrf_failure"
ROOT_URLCONF = "sekisho.urls"
ASGI_APPLICATION = "sekisho.asgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "sekisho.console.context.frame",
            ]
        },
    }
]

FORM_RENDERER = "sekisho.console.drawing.Whole"

# --- where data lives ---------------------------------------------------------------------------------------
DATABASES: dict[str, dict[str, Any]] = {
    "default": database(declared.text("database_url"), DATA_DIR / "sekisho.db"),
    KEYSTORE: database(declared.text("keystore_url"), DATA_DIR / "keystore.db"),
}
DATABASE_ROUTERS = [
    "sekisho.base.databases.KeystoreRouter",
    "sekisho.records.training.exporter.ExporterRouter",
]
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}

# --- who comes in -------------------------------------------------------------------------------------------
AUTH_USER_MODEL = "accounts.Person"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.ScryptPasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_ADAPTER = "sekisho.accounts.adapters.AccountAdapter"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_USER_DISPLAY = "sekisho.accounts.adapters.display_name"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_SIGNUP_FORM_CLASS = "sekisho.accounts.forms.SignUpForm"
ACCOUNT_SIGNUP_REDIRECT_URL = "/privacy/choice"
"""Who signs up chooses what may be done with their conversations, and may leave it open (R-DATA-021)."""
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_EMAIL_VERIFICATION_BY_CODE_ENABLED = True
ACCOUNT_LOGIN_BY_CODE_ENABLED = True
ACCOUNT_EMAIL_SUBJECT_PREFIX = "[Sekisho] "
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_REAUTHENTICATION_TIMEOUT = 300
ACCOUNT_DEFAULT_HTTP_PROTOCOL = "https" if IS_HTTPS else "http"
MFA_ADAPTER = "sekisho.accounts.adapters.MFAAdapter"
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_TOTP_ISSUER = "Sekisho"
SOCIALACCOUNT_ADAPTER = "sekisho.accounts.adapters.OrganisationSignInAdapter"
# What an organisation's own identity provider says of an e-mail address is its word only:
# it neither verifies an address nor opens an account that another organisation relies on.
SOCIALACCOUNT_EMAIL_AUTHENTICATION = False
SOCIALACCOUNT_EMAIL_VERIFICATION = "mandatory"
SOCIALACCOUNT_STORE_TOKENS = False

# --- what browsers are told ---------------------------------------------------------------------------------
ALLOWED_HOSTS = [*declared.words("allowed_hosts"), *([PUBLIC_URL.hostname] if PUBLIC_URL.hostname else [])]
CSRF_TRUSTED_ORIGINS = [f"{PUBLIC_URL.scheme}://{PUBLIC_URL.netloc}"]
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = IS_HTTPS
SESSION_COOKIE_HTTPONLY = LANGUAGE_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = LANGUAGE_COOKIE_SAMESITE = "Lax"
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if IS_HTTPS else None
SECURE_HSTS_SECONDS = 365 * 24 * 3600 if IS_HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = IS_HTTPS
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'none'"],
        "script-src": ["'self'"],
        "style-src": ["'self'"],
        "img-src": ["'self'", "data:"],
        "font-src": ["'self'"],
        "connect-src": ["'self'"],
        "manifest-src": ["'self'"],
        "base-uri": ["'none'"],
        "form-action": ["'self'"],
        "frame-ancestors": ["'none'"],
    }
}

# --- languages, files, mail, logs ---------------------------------------------------------------------------
USE_I18N = USE_TZ = True
TIME_ZONE = "UTC"
LANGUAGE_CODE = "en"
LANGUAGES = [("en", "English"), ("ja", "日本語")]
LOCALE_PATHS = [HERE / "locale"]
STATIC_URL = "/static/"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
WHITENOISE_USE_FINDERS = True
"""Files are served from the installed package: nothing to collect before the first start."""
DEFAULT_FROM_EMAIL = SERVER_EMAIL = declared.text("email_from")
globals().update(mail(declared.text("email_url")))  # EMAIL_BACKEND, EMAIL_HOST, …
LOGGING_CONFIG = "sekisho.telemetry.log.configure_django"
LOGGING = {"level": declared.text("log_level")}
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
FILE_UPLOAD_MAX_MEMORY_SIZE = 12 * 1024 * 1024
"""So many bytes of a request stay in memory: the files of an appeal are never written down unencrypted."""
