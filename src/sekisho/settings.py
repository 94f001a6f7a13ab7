"""Django's settings, all of them drawn from the one table in `base/settings.py`."""

from __future__ import annotations

from sekisho.base import settings as declared

SECRET_KEY = declared.text("secret_key") or "replaced-at-start"
INSTALLED_APPS: list[str] = []
DATABASES = {"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": declared.folder("data_dir") / "sekisho.db"}}
USE_TZ = True
TIME_ZONE = "UTC"
